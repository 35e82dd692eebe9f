import { type FaultCode, faultTable } from '@tokenroute/faults';
import { answerHeaders } from '../http/answer-headers.js';
import { rateLimitHeaderNames } from '../limits/rate-limit-headers.js';
import { type JsonSchema, reference } from './json-schema.js';

interface Header {
  description: string;
  schema: JsonSchema;
}

const text = (description: string, schema: JsonSchema = {}): Header => ({
  description,
  schema: { type: 'string', ...schema },
});
const count = (description: string): Header => ({ description, schema: { type: 'integer', minimum: 0 } });

const { requests, tokens } = rateLimitHeaderNames;

/** With every answer to a key. */
const keyHeaders: Record<string, Header> = {
  [answerHeaders.requestId]: text('The request’s id, for `GET /v1/usage/{request_id}`.', { format: 'uuid' }),
  [requests.limit]: count('Requests per minute, of a key that has this limit.'),
  [requests.remaining]: count('What is left of them.'),
  [requests.reset]: text('Until all of them are there again, as `1.5s`.'),
  [tokens.limit]: count('Tokens per minute, of a key that has this limit.'),
  [tokens.remaining]: count('What is left of them.'),
  [tokens.reset]: text('Until all of them are there again, as `1m1s`.'),
};

/** With every answer to a chat completion besides. */
export const chatHeaders: Record<string, Header> = {
  [answerHeaders.hold]: text('What was held for the request, in USD.'),
  [answerHeaders.upstreamModel]: text('The model of the provider that answered.'),
  [answerHeaders.ignoredParameters]: text(
    'Parameters that the provider has no use for, with commas between.',
  ),
  [answerHeaders.replayed]: text(
    '`true`: this is the answer to an earlier request with this `Idempotency-Key`.',
  ),
};

const retryAfter = { 'retry-after': count('Seconds after which trying again makes sense.') };

const ownHeaders: Partial<Record<FaultCode, Record<string, Header>>> = {
  authentication: { 'www-authenticate': text('Always `Bearer`.') },
  conflict: retryAfter,
  'rate-limited': retryAfter,
  unavailable: retryAfter,
};

export const answered = (
  description: string,
  content: Record<string, object>,
  headers: Record<string, Header> = {},
) => ({ description, headers: { ...keyHeaders, ...headers }, content });

/** Every error by its code, for `components.responses`. */
export function errorAnswers(): Record<string, object> {
  const codes = Object.keys(faultTable) as FaultCode[];
  return Object.fromEntries(codes.map((code) => [code, errorAnswer(code)]));
}

function errorAnswer(code: FaultCode): object {
  const { when, openAiType, httpStatus } = faultTable[code];
  const error = { type: 'object', properties: { type: { const: openAiType }, code: { const: httpStatus } } };
  const schema = { allOf: [reference('Error'), { type: 'object', properties: { error } }] };
  return answered(when, { 'application/json': { schema } }, ownHeaders[code]);
}

/** Errors of an operation, by status. */
export function errorReferences(...codes: FaultCode[]): Record<string, object> {
  return Object.fromEntries(
    codes.map((code) => [faultTable[code].httpStatus, { $ref: `#/components/responses/${code}` }]),
  );
}
