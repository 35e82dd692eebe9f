import { ChatChunkWriter, toChatCompletion, type TokenCounts } from './chat-answer.js';

const identity = { id: 'chatcmpl-1', created: 1, model: 'claude-haiku-4-5' };
const counts: TokenCounts = {
  inputTokens: 10,
  cachedInputTokens: 4,
  cacheWrite5mTokens: 1,
  cacheWrite1hTokens: 2,
  audioInputTokens: 0,
  outputTokens: 5,
  reasoningTokens: 3,
};

function read(sse: string): Record<string, any> {
  return JSON.parse(sse.replace(/^data: /, '')) as Record<string, any>;
}

describe('ChatChunkWriter', () => {
  test('the first chunk of each choice carries the role, no other does (rule 24)', () => {
    const writer = new ChatChunkWriter(identity);
    expect(read(writer.delta({ content: 'a' })).choices[0].delta).toEqual({
      role: 'assistant',
      content: 'a',
    });
    expect(read(writer.delta({ content: 'b' })).choices[0].delta).toEqual({ content: 'b' });
    expect(read(writer.toolCall(0, { id: 'c', name: 'f', arguments: '' }, 1)).choices[0].delta.role).toBe(
      'assistant',
    );
  });

  test('id, created and model are the same in every chunk (rule 56)', () => {
    const writer = new ChatChunkWriter(identity);
    const chunks = [
      read(writer.delta({ content: 'a' })),
      read(writer.finish('stop')),
      JSON.parse(writer.usageChunk(counts)),
    ];
    for (const chunk of chunks) expect(chunk).toMatchObject({ ...identity, object: 'chat.completion.chunk' });
    expect(chunks[2]).toMatchObject({ choices: [], usage: { total_tokens: 15 } });
  });
});

describe('toChatCompletion', () => {
  test('prompt and completion tokens add up to the total, and no empty member is written', () => {
    const answer = JSON.parse(toChatCompletion(identity, [{ content: 'hi', finishReason: 'stop' }], counts));
    expect(answer.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 });
    expect(answer.choices[0].message).toEqual({ role: 'assistant', content: 'hi', refusal: null });
  });
});
