import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseUsd } from '@tokenroute/money';
import type { Exchange, Question } from '../oracle/facts.js';
import type { Gateway } from '../system/chaos-system.js';
import { classifyError, isComplete, type Received } from './classify-answer.js';

/** After which a client gives an answer up. */
const patienceMs = 90_000;
const slowReadPauseMs = 100;

/** How a client asks, beside what it asks. */
export interface Manner {
  /** It goes away after so long, whatever has come; null: it stays. */
  leavesAfterMs: number | null;
  /** Milliseconds between two pieces of a stream at the provider. */
  chunkDelayMs: number;
}

/** Sends one question, on a connection of its own, and tells what came. Never throws. */
export async function converse(gateway: Gateway, question: Question, manner: Manner): Promise<Exchange> {
  const startedAt = Date.now();
  const asked = ask(gateway, question, manner);
  const client = asked.request;
  let left = false;
  const leave = setTimeout(() => {
    left = manner.leavesAfterMs !== null;
    client.destroy();
  }, manner.leavesAfterMs ?? patienceMs);
  const { received, requestId } = await asked.outcome;
  clearTimeout(leave);
  client.destroy();
  const complete = isComplete(received, question.stream);
  return {
    question,
    gateway: gateway.name,
    startedAt,
    endedAt: Date.now(),
    status: received.status,
    requestId,
    complete,
    costNanoUsd: complete ? costToldIn(received.text) : null,
    errorClass: complete || left ? null : classifyError(received),
    detail: complete ? 'answered' : left ? 'left' : detailOf(received),
  };
}

function ask(gateway: Gateway, question: Question, manner: Manner) {
  const { name, model, stream, tokens } = question;
  const script = `id=${name};tokens=${tokens};chunk-delay=${manner.chunkDelayMs}`;
  const body = JSON.stringify({
    model,
    max_tokens: tokens + 10,
    messages: [{ role: 'user', content: `Chaos ${name} [[sim:${script}]]` }],
    ...(stream && { stream, stream_options: { include_usage: true } }),
  });
  const client = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${question.secret}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(question.named && { 'idempotency-key': name }),
    },
  });
  client.end(body);
  return { request: client, outcome: receive(client, question.behaviour === 'reads-slowly') };
}

async function receive(
  client: ClientRequest,
  slowly: boolean,
): Promise<{ received: Received; requestId: string | null }> {
  let connectionError: string | null = null;
  let response: IncomingMessage | null = null;
  const pieces: Buffer[] = [];
  try {
    response = await new Promise<IncomingMessage>((resolve, reject) => {
      client.once('response', resolve);
      // Also what comes after the answer has begun: unheard, it would end this process.
      client.on('error', reject);
      client.once('close', () => reject(new Error('closed')));
    });
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      if (slowly) await pause(slowReadPauseMs);
    }
  } catch (error) {
    connectionError = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
  const header = (name: string) => response?.headers[name] as string | undefined;
  const received: Received = {
    status: response?.statusCode ?? null,
    retryAfter: header('retry-after'),
    text: Buffer.concat(pieces).toString('utf8'),
    whole: response?.complete === true && connectionError === null,
    connectionError,
  };
  return { received, requestId: header('x-request-id') ?? null };
}

/** What the answer says it cost; null when it does not say. */
function costToldIn(text: string): bigint | null {
  const told = /"cost":"([\d.]+)"/.exec(text)?.[1];
  return told === undefined ? null : parseUsd(told);
}

function detailOf({ status, text, connectionError }: Received): string {
  if (status === null) return connectionError ?? 'no answer';
  if (status === 200) return `broken off${connectionError === null ? ': told in the stream' : ''}`;
  return `${status} ${/"message":"([^"]*)"/.exec(text)?.[1] ?? text.slice(0, 80)}`;
}
