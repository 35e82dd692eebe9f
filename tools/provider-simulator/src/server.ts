import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './anthropic/anthropic-provider.js';
import { Refusal } from './ask.js';
import { answerChat, SIMULATOR_HEADER, type Memory } from './chat.js';
import { answerControl, sendJson } from './control-routes.js';
import { deepseek } from './deepseek/deepseek-provider.js';
import { google } from './google/google-provider.js';
import { Journal } from './journal.js';
import { mistral } from './mistral/mistral-provider.js';
import { openai } from './openai/openai-provider.js';
import type { Provider } from './provider.js';
import { ReceivedRequests } from './received.js';

const MAX_BODY_BYTES = 128 * 1024 * 1024;
const providers: Record<string, Provider> = { openai, anthropic, google, deepseek, mistral };

export interface RunningSimulator {
  /** Without a slash at its end; a provider's base URL is this and its prefix. */
  url: string;
  /** Ends at once: open answers are broken off. */
  close(): Promise<void>;
}

/** Resolves when it listens. Rejects when the port is taken. */
export async function startSimulator({ host = '127.0.0.1', port = 0 } = {}): Promise<RunningSimulator> {
  const memory: Memory = { journal: new Journal(), received: new ReceivedRequests() };
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, (request, response) => {
    receive(request, response, memory);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function receive(request: IncomingMessage, response: ServerResponse, memory: Memory): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    const [only] = chunks;
    const raw = (chunks.length === 1 && only ? only : Buffer.concat(chunks)).toString('utf8');
    route(request, response, bytes > MAX_BODY_BYTES ? undefined : raw, memory).catch((error: unknown) => {
      process.stderr.write(`provider simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  raw: string | undefined,
  memory: Memory,
): Promise<void> {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at));
  const method = request.method ?? 'GET';
  if (path === '/healthz' || path === '/readyz')
    return sendJson(response, 200, { status: 'ok', simulator: true });
  const slash = path.indexOf('/', 1);
  const name = path.slice(1, slash < 0 ? undefined : slash);
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (!provider) {
    if (!(await answerControl(method, path, query, response, memory)))
      sendJson(response, 404, { error: { message: `tokenroute provider simulator: no such path ${path}` } });
    return;
  }
  const found = provider.route(method, slash < 0 ? '/' : path.slice(slash), query);
  if (raw === undefined) refuse(provider, response, new Refusal(413, 'Request body is too large.'));
  else if (!found) refuse(provider, response, new Refusal(404, `Unknown request URL: ${method} ${path}.`));
  else if (found.kind === 'models') sendModels(provider, found.id, request, query, response);
  else await answerChat({ provider, route: found, request, response, query, raw }, memory);
}

function sendModels(
  provider: Provider,
  id: string | undefined,
  request: IncomingMessage,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  try {
    provider.authenticate(request.headers, query);
    const body = provider.writeModels(id);
    response.writeHead(200, { ...SIMULATOR_HEADER, 'content-type': 'application/json' }).end(body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuse(provider, response, error);
  }
}

const NO_SEED = '0'.repeat(40);

function refuse(provider: Provider, response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, {
    ...SIMULATOR_HEADER,
    ...provider.headers(NO_SEED),
    'content-type': 'application/json',
  });
  response.end(provider.writeError(refusal, NO_SEED));
}
