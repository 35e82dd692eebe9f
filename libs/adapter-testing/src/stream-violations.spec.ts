import type { ChatChunk } from './chat-chunk.js';
import { streamViolations } from './stream-violations.js';

type Choice = NonNullable<ChatChunk['choices']>[number];

const chunk = (choice: Partial<Choice> | null, head: Partial<ChatChunk> = {}): ChatChunk => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: choice === null ? [] : [{ index: 0, delta: {}, finish_reason: null, ...choice }],
  ...head,
});
const role = chunk({ delta: { role: 'assistant', content: '' } });
const text = chunk({ delta: { content: 'Hi' } });
const finish = chunk({ finish_reason: 'stop' });
const usage = chunk(null, { usage: { prompt_tokens: 1 } });
const call = (index: number | undefined, id?: string, name?: string) =>
  chunk({
    delta: {
      tool_calls: [{ index, id, type: id && 'function', function: { name, arguments: '{}' } }],
    },
  });

test('a stream that a client can rely on has none', () => {
  expect(streamViolations([role, text, finish, usage], 'm')).toEqual([]);
  const calls = [call(0, 'a', 'f'), call(0), call(1, 'b', 'f'), call(0)];
  expect(streamViolations([role, ...calls, finish], 'm')).toEqual([]);
});

test.each<[flaw: string, chunks: ChatChunk[]]>([
  ['there is no chunk', []],
  ['chunk 1: another id', [role, { ...text, id: 'c2' }, finish]],
  ['chunk 1: another created', [role, { ...text, created: 2 }, finish]],
  ['chunk 1: model is n', [role, { ...text, model: 'n' }, finish]],
  ['chunk 2: object is chat.completion', [role, text, { ...finish, object: 'chat.completion' }]],
  ['created is no integer', [role, finish].map((each) => ({ ...each, created: 1.5 }))],
  ['the chunks have no id', [role, finish].map((each) => ({ ...each, id: '' }))],
  ['the roles sent are [assistant,assistant]', [role, role, finish]],
  ['the roles sent are []', [text, finish]],
  ['the first chunk does not carry the role', [text, role, finish]],
  ['finish_reason is sent 2 times', [role, finish, finish]],
  ['finish_reason is sent 0 times', [role, text]],
  ['the finish_reason is not on the last choice', [role, finish, text]],
  ['a choice has no index, or not 0', [role, chunk({ index: undefined }), finish]],
  ['a tool call has the index undefined', [role, call(undefined, 'a', 'f'), finish]],
  ['a tool call has the index 0.5', [role, call(0.5, 'a', 'f'), finish]],
  ['tool call 1 begins when 0 have begun', [role, call(1, 'a', 'f'), finish]],
  ['tool call 0 begins without an id', [role, call(0, undefined, 'f'), finish]],
  ['tool call 0 begins without a name', [role, call(0, 'a'), finish]],
  ['tool call 0 changes its id', [role, call(0, 'a', 'f'), call(0, 'b'), finish]],
  ['tool call 0 is named twice', [role, call(0, 'a', 'f'), call(0, 'a', 'f'), finish]],
  ['two tool calls have the same id', [role, call(0, 'a', 'f'), call(1, 'a', 'g'), finish]],
])('is found: %s', (flaw, chunks) => {
  expect(streamViolations(chunks, 'm')).toContain(flaw);
});
