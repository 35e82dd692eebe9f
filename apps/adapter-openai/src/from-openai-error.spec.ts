import { fromOpenAiError } from './from-openai-error.js';

const body = (error: Record<string, unknown>) => JSON.stringify({ error });

describe('fromOpenAiError', () => {
  test.each([
    [400, 'invalid-request'],
    [404, 'not-found'],
    [413, 'too-large'],
    [422, 'unprocessable'],
  ])('a %d keeps its meaning, message and parameter (rule 53)', (status, code) => {
    const fault = fromOpenAiError(status, body({ message: 'bad n', param: 'n', code: null }));
    expect(fault).toMatchObject({ code, publicMessage: 'bad n', param: 'n' });
  });

  test.each([401, 402, 403])(
    'a %d is about our account: 502, its text stays with us (rules 51, 53)',
    (status) => {
      const fault = fromOpenAiError(status, body({ message: 'Incorrect API key provided: sk-abc' }));
      expect(fault.httpStatus).toBe(502);
      expect(fault.publicMessage).not.toContain('sk-abc');
      expect(fault.internal).toContain('sk-abc');
    },
  );

  test.each([429, 500, 503, 529])('a %d is a failed provider (rule 53)', (status) => {
    expect(fromOpenAiError(status, '').code).toBe('upstream');
  });

  test('a 429 for our quota, not our rate, calls an operator', () => {
    expect(fromOpenAiError(429, body({ code: 'insufficient_quota' }))).toMatchObject({
      code: 'upstream',
      alarm: true,
    });
    expect(fromOpenAiError(429, body({ code: 'rate_limit_exceeded' })).alarm).toBe(false);
  });

  test('an upstream model that does not exist stays a 404 and calls an operator (rule 53)', () => {
    const fault = fromOpenAiError(404, body({ message: 'no gpt-x', code: 'model_not_found' }));
    expect(fault).toMatchObject({ code: 'not-found', publicMessage: 'no gpt-x', alarm: true });
  });

  test('an error page that is not JSON still gives the caller a message', () => {
    expect(fromOpenAiError(400, '<html>').publicMessage).toContain('status 400');
  });
});
