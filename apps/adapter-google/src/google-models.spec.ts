import { googleModel } from './google-models.js';

describe('googleModel', () => {
  test.each([
    ['gemini-2.0-flash-001', 'none', false, false, true],
    ['gemini-2.0-flash-lite', 'none', false, false, true],
    ['gemini-2.5-pro', 'budget', true, true, false],
    ['gemini-2.5-flash', 'budget', true, true, false],
    ['gemini-2.5-flash-lite', 'budget', false, true, false],
    ['gemini-3-pro-preview', 'level', true, true, false],
    ['gemini-3.1-flash-lite', 'level', true, true, false],
    ['gemini-flash-latest', 'level', true, true, false],
  ])('%s: thinking %s, unasked %s, JSON Schema %s, penalties %s (rules 32, 34)', (id, thinking, ...more) => {
    const [thinksUnasked, takesJsonSchema, takesPenalties] = more;
    expect(googleModel(id)).toMatchObject({ thinking, thinksUnasked, takesJsonSchema, takesPenalties });
  });
});
