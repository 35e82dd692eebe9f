import { ChoiceProgress, completeChoice } from './complete-choice.js';

const progress = () => new ChoiceProgress((index) => `minted${index}`);

describe('completeChoice', () => {
  test('a complete choice stays the very same object', () => {
    const state = progress();
    const first = { index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null };
    const next = { index: 0, delta: { content: 'hi' }, finish_reason: null };
    const last = { index: 0, delta: { content: '' }, finish_reason: 'stop' };
    expect(completeChoice(first, state, null)).toBe(first);
    expect(completeChoice(next, state, null)).toBe(next);
    expect(completeChoice(last, state, 'stop')).toBe(last);
  });

  test('the first delta carries the role, also when the dialect forgot it (rule 24)', () => {
    const state = progress();
    expect(
      completeChoice({ index: 0, delta: { content: 'a' }, finish_reason: null }, state, null).delta,
    ).toEqual({
      role: 'assistant',
      content: 'a',
    });
    expect(
      completeChoice({ index: 0, delta: { content: 'b' }, finish_reason: null }, state, null).delta,
    ).toEqual({
      content: 'b',
    });
  });

  test('the role comes once, however often the dialect says it', () => {
    const state = progress();
    const choice = { index: 0, delta: { role: 'assistant', content: 'a' }, finish_reason: null };
    completeChoice(choice, state, null);
    expect(completeChoice(choice, state, null).delta).toEqual({ content: 'a' });
  });

  test('index, delta and finish_reason are always there', () => {
    const state = progress();
    state.begun = true;
    expect(completeChoice({}, state, null)).toEqual({ index: 0, delta: {}, finish_reason: null });
  });

  test('a finish reason is told once', () => {
    const state = progress();
    const last = { index: 0, delta: { role: 'assistant' }, finish_reason: 'stop' };
    expect(completeChoice(last, state, 'stop').finish_reason).toBe('stop');
    expect(completeChoice(last, state, 'stop').finish_reason).toBeNull();
  });

  test('null tool calls are left out, and missing arguments come with the finish', () => {
    const state = progress();
    const call = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } };
    completeChoice(
      { index: 0, delta: { role: 'assistant', tool_calls: [call] }, finish_reason: null },
      state,
      null,
    );
    const last = { index: 0, delta: { tool_calls: null }, finish_reason: 'tool_calls' };
    expect(completeChoice(last, state, 'tool_calls').delta).toEqual({
      tool_calls: [{ index: 0, function: { arguments: '{}' } }],
    });
    expect(completeChoice({ index: 0, delta: { tool_calls: null } }, progress(), null).delta).toEqual({
      role: 'assistant',
    });
  });
});
