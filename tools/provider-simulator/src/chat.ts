import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { planAnswer } from './answer.js';
import { isObject, Refusal, type Ask } from './ask.js';
import { Delivery } from './delivery.js';
import type { Journal, JournalEntry } from './journal.js';
import type { Provider, Route } from './provider.js';
import type { ReceivedRequests } from './received.js';
import { findMarker, readScript, ScriptError, withoutFaults, type Script } from './script.js';

export const SIMULATOR_HEADER = { 'x-tokenroute-simulator': 'true' } as const;

export interface Memory {
  journal: Journal;
  received: ReceivedRequests;
}

export interface Incoming {
  provider: Provider;
  route: Route & { kind: 'chat' };
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  raw: string;
}

/** One chat request, from its text to the last byte of its answer. */
export async function answerChat(incoming: Incoming, memory: Memory): Promise<void> {
  const { provider, request, raw } = incoming;
  const path = request.url ?? '/';
  const header = request.headers['x-simulator'];
  const script = scriptOf(raw, typeof header === 'string' ? header : undefined);
  const seed = hash('sha1', `${path}\n${String(header)}\n${raw}`);
  const entry = memory.journal.open(provider.name, withoutQuery(path));
  const effective = script instanceof ScriptError ? {} : remembered(script, incoming, memory, entry);
  const delivery = new Delivery(incoming.response, entry, memory.journal, effective);
  try {
    if (script instanceof ScriptError) throw script;
    await reply(incoming, effective, seed, entry, delivery);
  } catch (error) {
    refuse(provider, error, seed, delivery);
  }
}

function scriptOf(raw: string, header: string | undefined): Script | ScriptError {
  try {
    return readScript(findMarker(raw), header);
  } catch (error) {
    if (error instanceof ScriptError) return error;
    throw error;
  }
}

/** Notes the request under its marker id, counts its tries, and leaves the faults out when they are used up. */
function remembered(script: Script, incoming: Incoming, { received }: Memory, entry: JournalEntry): Script {
  if (script.id === undefined) return script;
  entry.id = script.id;
  received.keep(script.id, incoming.request.url ?? '', incoming.request.headers, incoming.raw);
  if (script.times === undefined) return script;
  entry.tries = received.nextTry(script.id);
  return entry.tries > script.times ? withoutFaults(script) : script;
}

async function reply(
  { provider, route, request, query, raw }: Incoming,
  script: Script,
  seed: string,
  entry: JournalEntry,
  delivery: Delivery,
): Promise<void> {
  provider.authenticate(request.headers, query);
  const body = parse(raw);
  if (isObject(body)) {
    entry.model = route.model ?? (typeof body.model === 'string' ? body.model : undefined);
    entry.stream = route.stream ?? body.stream === true;
  }
  const ask = provider.read(body, route);
  if (delivery.waits && !(await delivery.begin())) return;
  if (script.status !== undefined)
    throw new Refusal(script.status, `Simulated failure with status ${script.status}.`, {
      retryAfterSeconds: script.retryAfter,
    });
  await write(provider, route, ask, script, seed, entry, delivery);
}

async function write(
  provider: Provider,
  route: Route & { kind: 'chat' },
  ask: Ask,
  script: Script,
  seed: string,
  entry: JournalEntry,
  delivery: Delivery,
): Promise<void> {
  const answer = planAnswer(ask, script, seed);
  entry.usage = answer.usage;
  const written = { ask, answer, script };
  const headers: Record<string, string> = { ...SIMULATOR_HEADER, ...provider.headers(seed) };
  if (!ask.stream) {
    headers['content-type'] = 'application/json';
    await delivery.plain(headers, provider.writePlain(written), answer.outputTokens, !script.noUsage);
    return;
  }
  const form = route.form ?? 'sse';
  headers['content-type'] =
    form === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/json; charset=UTF-8';
  headers['cache-control'] = 'no-cache';
  await delivery.stream(headers, provider.writeStream(written), () => provider.writeErrorFrame(), form);
}

function refuse(provider: Provider, error: unknown, seed: string, delivery: Delivery): void {
  const refusal = toRefusal(error);
  const headers: Record<string, string> = {
    ...SIMULATOR_HEADER,
    ...provider.headers(seed),
    'content-type': 'application/json',
  };
  const { retryAfterSeconds } = refusal.detail;
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  delivery.error(refusal.status, headers, provider.writeError(refusal, seed));
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ScriptError)
    return new Refusal(400, `tokenroute provider simulator: ${error.message}`);
  throw error;
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw new Refusal(400, 'We could not parse the JSON body of your request.');
  }
}

function withoutQuery(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? path : path.slice(0, at);
}
