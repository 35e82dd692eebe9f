import { readAnswerOptions } from './answer-options.js';

describe('readAnswerOptions', () => {
  test.each([
    ['{}', false, true],
    ['{"stream_options":null,"parallel_tool_calls":null}', false, true],
    ['{"stream_options":{"include_usage":false}}', false, true],
    ['{"stream_options":{"include_usage":true},"parallel_tool_calls":false}', true, false],
    ['{"messages":[{"parallel_tool_calls":false}],"parallel_tool_calls":true}', false, true],
    ['{"parallel_tool_calls":true,"parallel_tool_calls":false}', false, false],
  ])('%s', (json, includeUsage, parallelToolCalls) => {
    expect(readAnswerOptions(json)).toEqual({ includeUsage, parallelToolCalls });
  });
});
