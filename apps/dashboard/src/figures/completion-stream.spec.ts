import { CompletionStream } from './completion-stream.js';

const stream = [
  'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n',
  'data: {"choices":[{"delta":{"content":"lo"}}]}\r\n\r\n',
  'data: {"choices":[],"usage":{"cost":"0.0000165","prompt_tokens":14,"completion_tokens":24}}\n\n',
  'data: [DONE]\n\n',
].join('');
const events = [
  { kind: 'text', text: 'Hel' },
  { kind: 'text', text: 'lo' },
  { kind: 'end', end: { cost: '0.0000165', inputTokens: 14, outputTokens: 24 } },
];

test('text and cost are read in their order', () => {
  expect(new CompletionStream().push(stream)).toEqual(events);
});

test('it does not matter where a stream is cut', () => {
  for (let at = 1; at < stream.length; at++) {
    const reader = new CompletionStream();
    expect([...reader.push(stream.slice(0, at)), ...reader.push(stream.slice(at))]).toEqual(events);
  }
});

test('an answer that broke off says why', () => {
  const text = 'event: error\ndata: {"error":{"message":"The provider failed."}}\n\n';
  expect(new CompletionStream().push(text)).toEqual([{ kind: 'failure', message: 'The provider failed.' }]);
});
