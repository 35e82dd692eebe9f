import { fromAnthropicFinishReason } from './from-anthropic-finish-reason.js';

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['a_reason_of_tomorrow', 'stop'],
  ['constructor', 'stop'],
  [null, 'stop'],
])('the stop reason %s is %s (rule 20)', (stopReason, expected) => {
  expect(fromAnthropicFinishReason(stopReason)).toBe(expected);
});
