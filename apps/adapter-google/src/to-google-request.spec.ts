import { type ChatConversation, readConversation } from '@tokenroute/openai-wire';
import { toGoogleRequest } from './to-google-request.js';

function upstream(
  asked: Partial<ChatConversation>,
  model = 'gemini-2.5-pro',
  { stream = false, strict = false } = {},
) {
  const json = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], ...asked });
  const request = { upstreamModel: model, stream, strictParams: strict };
  const { body, ...rest } = toGoogleRequest(request, readConversation(json), new Map());
  return { ...rest, body: JSON.parse(body) };
}

const config = (asked: Partial<ChatConversation>, model?: string) =>
  upstream(asked, model).body.generationConfig;

describe('toGoogleRequest', () => {
  test('the model stands in the path', () => {
    const plain = upstream({});
    expect(plain.path).toBe('/v1beta/models/gemini-2.5-pro:generateContent');
    expect(plain.headers).toEqual({ accept: 'application/json' });
    expect(upstream({}, 'gemini-2.5-pro', { stream: true }).path).toBe(
      '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    );
    expect(upstream({}, 'a/../b').path).toBe('/v1beta/models/a%2F..%2Fb:generateContent');
  });

  test('nothing is sent that was not asked for, and no null', () => {
    const nulls = { temperature: null, top_p: null, stop: null, n: null, tools: null, response_format: null };
    expect(upstream(nulls, 'gemini-2.0-flash-001').body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
      generationConfig: {},
    });
  });

  test('what was asked for is sent under Gemini’s names (rule 34)', () => {
    const asked = {
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      max_tokens: 7,
      n: 2,
      stop: ['a', '', 'b'],
      seed: 5,
    };
    expect(config({ ...asked, reasoning_effort: 'low' })).toEqual({
      temperature: 0,
      topP: 0.5,
      topK: 3,
      maxOutputTokens: 7,
      candidateCount: 2,
      stopSequences: ['a', 'b'],
      seed: 5,
      thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 },
    });
  });

  test('the newer name of the token limit wins', () => {
    expect(config({ max_tokens: 7, max_completion_tokens: 8 })).toMatchObject({ maxOutputTokens: 8 });
  });

  test('one stop sequence is a list, more than five are refused by name (rule 34)', () => {
    expect(config({ stop: 'end' })).toMatchObject({ stopSequences: ['end'] });
    expect(() => upstream({ stop: ['1', '2', '3', '4', '5', '6'] })).toThrow(
      expect.objectContaining({ param: 'stop' }),
    );
  });

  test('a seed is folded into an int32, the same every time (rule 34)', () => {
    expect(config({ seed: 2 ** 32 + 5 }).seed).toBe(5);
    expect(config({ seed: 2 ** 31 }).seed).toBe(-(2 ** 31));
    expect(config({ seed: -1 }).seed).toBe(-1);
  });

  test.each([
    ['temperature', 2.1],
    ['temperature', -0.1],
    ['top_p', 1.1],
  ])('%s %d is out of range: refused by name, not clamped', (param, value) => {
    expect(() => upstream({ [param]: value })).toThrow(
      expect.objectContaining({ code: 'invalid-request', param }),
    );
  });

  test('penalties are sent only where the model takes them', () => {
    const penalties = { presence_penalty: 0.5, frequency_penalty: -1 };
    expect(config(penalties, 'gemini-2.0-flash-001')).toEqual({ presencePenalty: 0.5, frequencyPenalty: -1 });
    expect(config(penalties)).not.toHaveProperty('presencePenalty');
  });

  test('hints are told, or refused when the caller is strict', () => {
    expect(upstream({ user: 'u', presence_penalty: 1 }).ignoredParams.sort()).toEqual([
      'presence_penalty',
      'user',
    ]);
    expect(() => upstream({ user: 'u' }, 'gemini-2.5-pro', { strict: true })).toThrow(
      expect.objectContaining({ param: 'user' }),
    );
  });

  test('not to think is no hint for a model that never does', () => {
    expect(upstream({ reasoning_effort: 'none' }, 'gemini-2.0-flash-001').ignoredParams).toEqual([]);
    expect(
      upstream({ reasoning_effort: 'none' }, 'gemini-2.0-flash-001', { strict: true }).body.generationConfig,
    ).toEqual({});
  });

  test('the form of the answer that is asked for in words joins the instructions', () => {
    const { body } = upstream({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
      response_format: { type: 'json_object' },
    });
    expect(body.systemInstruction.parts).toEqual([
      { text: 'Be kind.' },
      { text: expect.stringContaining('JSON') },
    ]);
  });
});
