import { fromGoogleFinishReason } from './from-google-finish-reason.js';

describe('fromGoogleFinishReason (rule 36)', () => {
  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['BLOCKLIST', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SPII', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 'broken'],
    ['UNEXPECTED_TOOL_CALL', 'broken'],
    ['OTHER', 'stop'],
    ['FINISH_REASON_UNSPECIFIED', 'stop'],
    ['INVENTED_TOMORROW', 'stop'],
    ['constructor', 'stop'],
  ])('%s is %s', (reason, expected) => {
    expect(fromGoogleFinishReason(reason, false)).toBe(expected);
  });

  test('a stop with calls is for the calls; what was cut off stays cut off', () => {
    expect(fromGoogleFinishReason('STOP', true)).toBe('tool_calls');
    expect(fromGoogleFinishReason('MAX_TOKENS', true)).toBe('length');
    expect(fromGoogleFinishReason('SAFETY', true)).toBe('content_filter');
  });
});
