import { extraChunk, rewriteChunk, rewriteUsageChunk } from './rewrite-chunk.js';

const identity = { id: 'c1', created: 7, model: 'mistral-large' };
const chunk =
  '{"id":"c2","object":"chat.completion.chunk","created":8,"model":"mistral-large-2512","choices":' +
  '[{"index":0,"delta":{"content":"\\u00e9"},"n":12345678901234567890,"finish_reason":null}],"usage":{"prompt_tokens":1},"p":"ab"}';

describe('rewriteChunk', () => {
  test('only identity and usage change; every other byte is the provider’s (rule 56)', () => {
    expect(rewriteChunk(chunk, identity, null)).toBe(
      `data: ${chunk
        .replace('"c2"', '"c1"')
        .replace('8', '7')
        .replace('mistral-large-2512', 'mistral-large')
        .replace('"usage":{"prompt_tokens":1},', '')}\n\n`,
    );
  });

  test('a chunk that came in several lines leaves as one (rule 54)', () => {
    const event = rewriteChunk('{"choices":[\n{"index":0,\r\n"delta":{}}]}', identity, null);
    expect(event.indexOf('\n')).toBe(event.length - 2);
    expect(JSON.parse(event.slice(6))).toMatchObject({ ...identity, choices: [{ index: 0, delta: {} }] });
  });
});

describe('rewriteUsageChunk', () => {
  test('has no choices and the usage as given', () => {
    expect(JSON.parse(rewriteUsageChunk(chunk, identity, { prompt_tokens: 2 }))).toMatchObject({
      ...identity,
      choices: [],
      usage: { prompt_tokens: 2 },
    });
  });
});

describe('extraChunk', () => {
  test('is a chunk of the same answer', () => {
    expect(JSON.parse(extraChunk(identity, 1, { reasoning_details: [] }).slice(6))).toEqual({
      ...identity,
      object: 'chat.completion.chunk',
      choices: [{ index: 1, delta: { reasoning_details: [] }, logprobs: null, finish_reason: null }],
    });
  });
});
