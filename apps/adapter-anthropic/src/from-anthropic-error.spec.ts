import { fromAnthropicError } from './from-anthropic-error.js';

const body = (type: string, message: string) => JSON.stringify({ type: 'error', error: { type, message } });

describe('fromAnthropicError', () => {
  test.each([
    [400, 'invalid-request'],
    [404, 'not-found'],
    [413, 'too-large'],
    [422, 'unprocessable'],
  ])('a %d keeps its meaning and message', (status, code) => {
    const fault = fromAnthropicError(status, body('x', 'prompt is too long'));
    expect(fault).toMatchObject({ code, publicMessage: 'prompt is too long' });
  });

  test.each([
    [400, 'Your credit balance is too low to access the Anthropic API.'],
    [400, 'You have reached your specified API usage limits. You will regain access on 2026-12-01.'],
    [401, 'invalid x-api-key'],
    [402, 'billing'],
    [403, 'forbidden'],
  ])('a %d about our account is a failed provider: %s', (status, message) => {
    const fault = fromAnthropicError(status, body('x', message));
    expect(fault.httpStatus).toBe(502);
    expect(fault.publicMessage).not.toContain(message);
    expect(fault.internal).toContain(message);
  });

  test('a model of our catalogue that Anthropic does not know stays a 404 and calls an operator', () => {
    const message = 'model: claude-haiku-4-5-20251001';
    expect(fromAnthropicError(404, body('not_found_error', message))).toMatchObject({
      code: 'not-found',
      alarm: true,
    });
  });

  test.each([429, 500, 504, 529])('a %d is a failed provider that may recover (rule 26)', (status) => {
    expect(fromAnthropicError(status, '')).toMatchObject({ code: 'upstream', retryable: true });
  });

  test.each(['', '<html>', '{"error":null}'])(
    'an error page (%s) still gives the caller a message',
    (page) => {
      expect(fromAnthropicError(400, page).publicMessage).toContain('status 400');
    },
  );
});
