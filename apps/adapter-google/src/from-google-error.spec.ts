import { fromGoogleError, fromGoogleStreamError } from './from-google-error.js';

const body = (code: number, message: string, status: string, details?: unknown[]) =>
  JSON.stringify({ error: { code, message, status, details } });

describe('fromGoogleError', () => {
  test.each([
    [400, 'invalid-request'],
    [404, 'not-found'],
    [413, 'too-large'],
    [422, 'unprocessable'],
  ])('a %d keeps its meaning and message (rule 53)', (status, code) => {
    const fault = fromGoogleError(status, body(status, 'The prompt is too long.', 'INVALID_ARGUMENT'));
    expect(fault).toMatchObject({ code, publicMessage: 'The prompt is too long.' });
  });

  test.each([401, 402, 403])(
    'a %d is about our account: 502, its text stays with us (rules 51, 53)',
    (status) => {
      const fault = fromGoogleError(status, body(status, 'Key AIza123 is blocked.', 'PERMISSION_DENIED'));
      expect(fault.httpStatus).toBe(502);
      expect(fault.publicMessage).not.toContain('AIza123');
      expect(fault.internal).toContain('AIza123');
    },
  );

  test.each([
    [400, 'INVALID_ARGUMENT', 'API key not valid.', [{ reason: 'API_KEY_INVALID' }]],
    [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', []],
  ])('a %d %s may be about us as well: %s (rule 51)', (status, name, message, details) => {
    const fault = fromGoogleError(status, body(status, message, name, details));
    expect(fault.code).toBe('upstream');
    expect(fault.publicMessage).not.toContain(message);
  });

  test.each([
    'models/gemini-x is not found for API version v1beta, or is not supported.',
    'This model models/gemini-x is no longer available.',
  ])('a model of our catalogue that is not there stays a 404 and calls an operator: %s', (message) => {
    expect(fromGoogleError(404, body(404, message, 'NOT_FOUND'))).toMatchObject({
      code: 'not-found',
      alarm: true,
    });
  });

  test.each([429, 499, 500, 503, 504])('a %d is a failed provider (rule 53)', (status) => {
    expect(fromGoogleError(status, '').code).toBe('upstream');
  });

  test('how long to wait stands in the body (rule 53)', () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '48.9s' }];
    expect(fromGoogleError(429, body(429, 'Quota.', 'RESOURCE_EXHAUSTED', details)).retryAfterSeconds).toBe(
      49,
    );
    expect(fromGoogleError(429, body(429, 'Quota.', 'RESOURCE_EXHAUSTED')).retryAfterSeconds).toBeUndefined();
  });

  test('an error in a list, as streams without events have it, is read', () => {
    expect(fromGoogleError(400, `[${body(400, 'Bad.', 'INVALID_ARGUMENT')}]`).publicMessage).toBe('Bad.');
  });

  test('an error page that is not JSON still gives the caller a message', () => {
    expect(fromGoogleError(400, '<html>').publicMessage).toContain('status 400');
  });

  test('an error inside a stream is a failed provider (rule 26)', () => {
    expect(fromGoogleStreamError(body(400, 'x', 'INVALID_ARGUMENT')).code).toBe('upstream');
  });
});
