import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { toErrorBody } from '@tokenroute/openai-wire';
import { httpServerOptions, recordRequest } from '@tokenroute/service-kit';
import { answerHeaders } from '../http/answer-headers.js';
import { newRequestId } from '../http/request-id.js';
import { countShed } from './overload-metrics.js';
import { nextRetrySeconds, Overloaded, type RefusalReason } from './overloaded.js';

const status = 503;
const body = JSON.stringify(toErrorBody(new Overloaded('requests')));
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(Buffer.byteLength(body)),
};
const headersInFront = [
  `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
  ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  'Connection: keep-alive',
  `Keep-Alive: timeout=${httpServerOptions.keepAliveTimeout / 1_000}`,
].join('\r\n');

export function refuse(response: ServerResponse, reason: RefusalReason, route: string): void {
  const begunAtMs = performance.now();
  response.writeHead(status, {
    ...headers,
    'retry-after': String(nextRetrySeconds()),
    [answerHeaders.requestId]: newRequestId(),
  });
  response.end(body);
  count(reason, route, begunAtMs);
}

/** The same answer to a client whose request Node has not seen, as the bytes it comes to: all of it is ASCII. */
export function refuseUnread(socket: Socket, reason: RefusalReason, route: string): void {
  const begunAtMs = performance.now();
  const own = `Date: ${dateOfNow()}\r\nretry-after: ${nextRetrySeconds()}\r\n${answerHeaders.requestId}: ${newRequestId()}`;
  socket.write(`${headersInFront}\r\n${own}\r\n\r\n${body}`, 'latin1');
  count(reason, route, begunAtMs);
}

function count(reason: RefusalReason, route: string, begunAtMs: number): void {
  countShed(reason);
  recordRequest(route, status, (performance.now() - begunAtMs) / 1_000);
}

let date = '';
let dateSecond = 0;

function dateOfNow(): string {
  const nowMs = Date.now();
  const second = Math.floor(nowMs / 1_000);
  if (second !== dateSecond) {
    date = new Date(nowMs).toUTCString();
    dateSecond = second;
  }
  return date;
}
