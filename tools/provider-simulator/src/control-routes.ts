import type { ServerResponse } from 'node:http';
import { SIMULATOR_HEADER, type Memory } from './chat.js';

const MAX_WAIT_MS = 60_000;

/** `/_simulator/…`: what tests ask the simulator about itself. False when the path is none of them. */
export async function answerControl(
  method: string,
  path: string,
  query: URLSearchParams,
  response: ServerResponse,
  memory: Memory,
): Promise<boolean> {
  const route = `${method} ${path}`;
  if (route === 'GET /_simulator/journal') await sendJournal(query, response, memory);
  else if (route === 'DELETE /_simulator/journal') clear(response, memory);
  else if (route === 'GET /_simulator/requests') sendRequest(query, response, memory);
  else return false;
  return true;
}

/** `?since=` and `?id=` filter, `?limit=` bounds; `?await=N` first waits until N entries that match have ended. */
async function sendJournal(
  query: URLSearchParams,
  response: ServerResponse,
  { journal }: Memory,
): Promise<void> {
  const filter = {
    since: numberIn(query, 'since'),
    id: query.get('id') ?? undefined,
    limit: numberIn(query, 'limit'),
  };
  const count = numberIn(query, 'await');
  if (count !== undefined)
    await journal.whenEnded(filter, count, Math.min(MAX_WAIT_MS, numberIn(query, 'timeout') ?? 5000));
  sendJson(response, 200, { last: journal.last, dropped: journal.dropped, entries: journal.entries(filter) });
}

function clear(response: ServerResponse, memory: Memory): void {
  memory.journal.clear();
  memory.received.clear();
  response.writeHead(204, SIMULATOR_HEADER).end();
}

function sendRequest(query: URLSearchParams, response: ServerResponse, { received }: Memory): void {
  const id = query.get('id');
  const request = id === null ? undefined : received.get(id);
  if (request) sendJson(response, 200, { id, ...request });
  else
    sendJson(response, 404, {
      error: { message: 'no request was received under this id, or it was forgotten' },
    });
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    ...SIMULATOR_HEADER,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value === null || !/^\d+$/.test(value) ? undefined : Number(value);
}
