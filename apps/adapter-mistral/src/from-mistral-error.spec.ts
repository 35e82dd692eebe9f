import { fromMistralError } from './from-mistral-error.js';

const invalid = [
  {
    type: 'extra_forbidden',
    loc: ['body', 'messages', 0, 'user', 'name'],
    msg: 'Extra inputs are not permitted',
  },
];

describe('fromMistralError', () => {
  test.each([
    ['in the message', { object: 'error', message: { detail: invalid }, type: 'invalid_request_error' }],
    ['bare', { detail: invalid }],
    ['as a list', { object: 'Error', message: invalid }],
  ])('the validator’s list %s becomes a message and a place (rule 53)', (_, body) => {
    expect(fromMistralError(422, JSON.stringify(body))).toMatchObject({
      code: 'unprocessable',
      publicMessage: 'messages[0].user.name: Extra inputs are not permitted',
      param: 'messages[0].user.name',
    });
  });

  test('a 400 keeps its message (rule 53)', () => {
    const body = JSON.stringify({
      object: 'error',
      message: 'Unexpected role',
      type: 'x',
      param: null,
      code: '3230',
    });
    expect(fromMistralError(400, body)).toMatchObject({
      code: 'invalid-request',
      publicMessage: 'Unexpected role',
    });
  });

  test('a model of our catalogue that does not exist keeps its status and calls an operator', () => {
    const body = JSON.stringify({
      object: 'error',
      message: 'Invalid model: x',
      type: 'invalid_model',
      code: '1500',
    });
    expect(fromMistralError(400, body)).toMatchObject({ code: 'invalid-request', alarm: true });
  });

  test.each([401, 402, 403])('a %d is about our account, its text stays with us (rule 51)', (status) => {
    const fault = fromMistralError(status, '{"detail":"Invalid API Key"}');
    expect(fault.code).toBe('upstream');
    expect(fault.publicMessage).not.toContain('Key');
  });

  test('a body nobody can read is still an error', () => {
    expect(fromMistralError(422, 'null').code).toBe('unprocessable');
    expect(fromMistralError(429, '').code).toBe('upstream');
  });
});
