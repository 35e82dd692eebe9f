import { fromDeepSeekError } from './from-deepseek-error.js';

const body = (message: string) => JSON.stringify({ error: { message, type: 'x', param: null, code: 'x' } });

describe('fromDeepSeekError', () => {
  test.each([401, 402, 403])('a %d is about our account, never the client’s (rule 51)', (status) => {
    const fault = fromDeepSeekError(status, body('Insufficient Balance'));
    expect(fault.httpStatus).toBe(502);
    expect(fault.publicMessage).not.toContain('Balance');
    expect(fault.internal).toContain('Balance');
  });

  test.each([
    [400, 'invalid-request'],
    [422, 'unprocessable'],
  ])('a %d keeps status and message (rule 53)', (status, code) => {
    expect(fromDeepSeekError(status, body('bad max_tokens'))).toMatchObject({
      code,
      publicMessage: 'bad max_tokens',
    });
  });

  test('a model of our catalogue that does not exist keeps its status and calls an operator', () => {
    expect(fromDeepSeekError(400, body('Model Not Exist'))).toMatchObject({
      code: 'invalid-request',
      alarm: true,
    });
  });

  test('an answer that is not an error body is still an error', () => {
    expect(fromDeepSeekError(400, 'null').code).toBe('invalid-request');
    expect(fromDeepSeekError(503, '<html>').code).toBe('upstream');
  });
});
