import { rewriteCompletion } from './rewrite-completion.js';

const identity = { id: 'c1', created: 7, model: 'deepseek-chat' };

describe('rewriteCompletion', () => {
  test('what it does not change stays byte for byte', () => {
    const json =
      '{"id":"x","model":"deepseek-flash","big":12345678901234567890,"choices":[],"usage":{"a":1}}';
    expect(rewriteCompletion(json, identity, [{ index: 0 }], { prompt_tokens: 1 })).toBe(
      '{"id":"c1","model":"deepseek-chat","big":12345678901234567890,"choices":[{"index":0}],' +
        '"usage":{"prompt_tokens":1},"object":"chat.completion","created":7}',
    );
  });

  test('without usage the answer carries none, not a null', () => {
    expect(
      JSON.parse(rewriteCompletion('{"choices":[],"usage":null}', identity, [], null)),
    ).not.toHaveProperty('usage');
  });
});
