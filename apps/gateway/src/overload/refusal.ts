import { type ServerResponse, STATUS_CODES } from 'node:http';
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
  response.writeHead(status, { ...headers, ...headersOfThisOne() });
  response.end(body);
  count(reason, route, begunAtMs);
}

/** The same answer to a client whose request Node has not seen. @param write takes all of it, in ASCII */
export function refuseUnread(write: (text: string) => void, reason: RefusalReason, route: string): void {
  const begunAtMs = performance.now();
  const own = Object.entries(headersOfThisOne()).map(([name, value]) => `\r\n${name}: ${value}`);
  write(`${headersInFront}\r\nDate: ${dateOfNow()}${own.join('')}\r\n\r\n${body}`);
  count(reason, route, begunAtMs);
}

function headersOfThisOne(): Record<string, string> {
  return { 'retry-after': String(nextRetrySeconds()), [answerHeaders.requestId]: newRequestId() };
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
