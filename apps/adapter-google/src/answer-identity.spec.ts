import { answerIdentity } from './answer-identity.js';

describe('answerIdentity (rule 56)', () => {
  test('the time is the one that a request’s id begins with, the model the one asked for', () => {
    const requestId = '01890a5d-ac96-774b-bcce-b302099a8057';
    expect(answerIdentity({ requestId, publicModel: 'gemini' })).toEqual({
      id: `chatcmpl-${requestId}`,
      created: Math.floor(0x01890a5dac96 / 1_000),
      model: 'gemini',
    });
  });

  test('an id of another kind still makes a whole number', () => {
    expect(answerIdentity({ requestId: 'request', publicModel: 'gemini' }).created).toBe(0);
  });
});
