import { ChoiceProgress, completeChoice } from './complete-choice.js';
import { reasoningDetailsChunk } from './reasoning-details-chunk.js';

const identity = { id: 'c1', created: 7, model: 'm' };

function deltaOf(event: string): unknown {
  return (JSON.parse(event.slice(6)) as { choices: { delta: unknown }[] }).choices[0]!.delta;
}

describe('reasoningDetailsChunk', () => {
  test('tells all thinking at once (rule 35)', () => {
    const progress = new ChoiceProgress(String);
    progress.begun = true;
    progress.reasoning = 'a and b';
    expect(deltaOf(reasoningDetailsChunk(progress, identity, 0, 'x-v1'))).toEqual({
      reasoning_details: [{ type: 'reasoning.text', text: 'a and b', format: 'x-v1', index: 0 }],
    });
  });

  test('carries the role when it comes first, and then it is not told again (rule 24)', () => {
    const progress = new ChoiceProgress(String);
    progress.reasoning = 'a';
    expect(deltaOf(reasoningDetailsChunk(progress, identity, 0, 'x-v1'))).toMatchObject({
      role: 'assistant',
    });
    expect(completeChoice({ index: 0, delta: { role: 'assistant' } }, progress, 'stop').delta).toEqual({});
  });

  test('there is none without thinking, nor a second one', () => {
    const progress = new ChoiceProgress(String);
    expect(reasoningDetailsChunk(progress, identity, 0, 'x-v1')).toBe('');
    progress.reasoning = 'a';
    completeChoice({ index: 0, delta: {} }, progress, 'stop');
    expect(reasoningDetailsChunk(progress, identity, 0, 'x-v1')).toBe('');
  });
});
