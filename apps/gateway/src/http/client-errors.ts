import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Fault } from '@tokenroute/faults';
import { type ErrorBody, toErrorBody } from '@tokenroute/openai-wire';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerHeaders } from './answer-headers.js';
import { notFoundMessage } from './not-found-message.js';

interface Refusal {
  status: number;
  message: string;
}

const unreadable: Refusal = { status: 400, message: 'This is not a request of HTTP/1.1.' };

/** By the code of Node's error: https://nodejs.org/api/http.html#event-clienterror */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    message: 'The chunk extensions of the request are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request did not arrive in time.' },
};

/** Answers what never became a request, in the one error body, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // An answer under way belongs to an earlier request: whoever reads it must not take this one for it.
  if (error.code === 'ECONNRESET' || !socket.writable || answerUnderWay(socket)) {
    socket.destroy();
    return;
  }
  const { status, message } = refusals[error.code ?? ''] ?? unreadable;
  const body = JSON.stringify(bodyOf({ status, message }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
}

/** Node itself would answer an `Expect` that is not `100-continue` with a 417 that has no body. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const refusal = { status: 417, message: 'No Expect header but 100-continue can be met.' };
    const body = JSON.stringify(bodyOf(refusal));
    response.writeHead(refusal.status, {
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
}

/** Answers URLs that Fastify cannot read. No hook has run: it is no request of any route. */
export function answerUnreadableUrl(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { code } = error as { code?: string };
  const fault =
    code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? new Fault('not-found', notFoundMessage(request.method, request.raw.url!.split('?')[0]!))
      : new Fault('invalid-request', 'The URL of the request could not be read.');
  void reply.status(fault.httpStatus).header(answerHeaders.requestId, request.id).send(toErrorBody(fault));
}

/**
 * Whether an answer has begun, or is due to a request that had come whole: then what is wrong came behind it. Node keeps it
 * there, and looks itself before it answers an error: lib/_http_server.js, socketOnError.
 */
function answerUnderWay(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null };
  return response != null && (response.headersSent || response.req.complete);
}

function bodyOf({ status, message }: Refusal): ErrorBody {
  return { error: { message, type: 'invalid_request_error', code: status, param: null } };
}
