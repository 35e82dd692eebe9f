import { fromBytes, toBytes } from './kept-answer.js';

test.each([
  ['ASCII', Buffer.from('{"usage":{"prompt_tokens":1}}')],
  ['several bytes a character', Buffer.from('{"content":"鍵 🗝️ \\n"}')],
  ['line feeds', Buffer.from('{\n  "a": 1\n}\n')],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x0a, 0x00, 0x7d])],
  ['nothing', Buffer.alloc(0)],
])('an answer of %s comes back byte for byte, with its headers', (_name, tail) => {
  const answer = {
    headers: { 'x-request-id': 'id', 'x-tokenroute-ignored-params': 'seed,user' },
    completed: { tail, usageMembersAt: 10 },
  };
  expect(fromBytes(toBytes(answer))).toEqual(answer);
});

test('bytes that are no kept answer throw', () => {
  expect(() => fromBytes(Buffer.from('{"model":'))).toThrow();
});
