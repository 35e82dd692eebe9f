import type { Answer } from '../client/exchange.js';
import type { FuzzCase } from '../fuzz-case.js';
import { judgeExchange } from './judge-exchange.js';

const json = { 'content-type': 'application/json; charset=utf-8' };
const error = (code: number) => ({
  error: { message: 'No.', type: 'invalid_request_error', code, param: null },
});
const sent: FuzzCase = { kind: 'chat', index: 0, what: 'a case', headers: [], body: Buffer.alloc(0) };

function problems(answer: Answer, silence?: string): string[] {
  const times = { beganAtUnixMs: 0, endedAtUnixMs: 0 };
  return judgeExchange({ sent, answers: [answer], ...(silence !== undefined && { silence }), ...times });
}

const refusal = (status: number, body: unknown, headers: Answer['headers'] = json) =>
  problems({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

test('a refusal in our shape is what a hostile client gets', () => {
  expect(refusal(400, error(400))).toEqual([]);
  expect(refusal(413, error(413))).toEqual([]);
});

test.each([500, 502, 503, 504])('a %i is a defect, whatever it says', (status) => {
  expect(refusal(status, error(status))).toHaveLength(1);
});

test.each([
  ['the framework’s own error', { statusCode: 400, error: 'Bad Request', message: 'Client Error' }],
  ['an error with another status inside', error(404)],
  ['an error without a message', { error: { ...error(400).error, message: '' } }],
  ['text', 'Bad Request'],
  ['nothing', ''],
  ['null', 'null'],
])('%s is not our error', (_what, body) => {
  expect(refusal(400, body)).toEqual([expect.stringContaining('a 400 that is not our error')]);
});

test('our error under another type is not our error', () => {
  expect(refusal(400, error(400), { 'content-type': 'text/html' })).toHaveLength(1);
  expect(refusal(400, error(400), {})).toHaveLength(1);
});

test('an answer to a HEAD speaks of a body and has none', () => {
  expect(refusal(404, '', { ...json, 'content-length': '120' })).toEqual([]);
});

test('a stream is complete, and a plain answer is one', () => {
  const stream = { 'content-type': 'text/event-stream; charset=utf-8' };
  expect(problems({ status: 200, headers: stream, body: 'data: {}\n\ndata: [DONE]\n\n' })).toEqual([]);
  expect(problems({ status: 200, headers: stream, body: 'data: {}\n\n' })).toHaveLength(1);
  expect(problems({ status: 200, headers: json, body: '{"object":"chat.completion"}' })).toEqual([]);
  expect(problems({ status: 200, headers: json, body: 'half {' })).toHaveLength(1);
});

test('silence is a defect', () => {
  expect(problems({ status: 400, headers: json, body: JSON.stringify(error(400)) }, 'no end')).toEqual([
    'no end',
  ]);
});
