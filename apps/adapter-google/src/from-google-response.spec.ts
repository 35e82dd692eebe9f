import { fromGoogleResponse } from './from-google-response.js';

const request = {
  requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
  publicModel: 'gemini',
  body: Buffer.from('{}'),
};
const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };
const candidate = (
  parts: unknown[] | undefined,
  more: Record<string, unknown> = { finishReason: 'STOP' },
) => ({
  content: parts && { parts, role: 'model' },
  ...more,
});
const call = (name: string, more = {}) => ({ functionCall: { name, args: {} }, ...more });

function read(answer: unknown, asked = request) {
  const { completed, usage } = fromGoogleResponse(JSON.stringify(answer), asked);
  const json = JSON.parse(completed.tail.toString());
  return {
    json,
    message: json.choices[0]?.message,
    finish: json.choices[0]?.finish_reason,
    usage,
    completed,
  };
}
const one = (parts: unknown[] | undefined, more?: Record<string, unknown>) =>
  read({ candidates: [candidate(parts, more)], usageMetadata });

describe('fromGoogleResponse', () => {
  test('parts of one kind are one text, thoughts apart (rule 25)', () => {
    const { message, finish } = one([
      { text: 'Hm', thought: true },
      { text: 'm.', thought: true },
      { text: 'It ' },
      { text: 'is.' },
    ]);
    expect(message).toMatchObject({ content: 'It is.', reasoning_content: 'Hmm.' });
    expect(finish).toBe('stop');
  });

  test('text beside calls is kept, and calls make the finish (rules 30, 36)', () => {
    const { message, finish } = one([{ text: 'So.' }, call('f', { thoughtSignature: 'S' }), call('g')]);
    expect(message.content).toBe('So.');
    expect(message.tool_calls).toEqual([
      {
        id: expect.any(String),
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 'S' } },
      },
      { id: expect.any(String), type: 'function', function: { name: 'g', arguments: '{}' } },
    ]);
    expect(finish).toBe('tool_calls');
    expect(one([call('f')]).message.content).toBeNull();
  });

  test('signatures that are not a call’s are the message’s (rule 35)', () => {
    const { message } = one([
      { text: 'A', thoughtSignature: 'S1' },
      { text: '', thoughtSignature: 'S2' },
    ]);
    expect(message.reasoning_details).toEqual([
      { type: 'reasoning.encrypted', data: 'S1', format: 'google-gemini-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'S2', format: 'google-gemini-v1', index: 1 },
    ]);
  });

  test('one call at a time, when that is what was asked for', () => {
    const asked = { ...request, body: Buffer.from('{"parallel_tool_calls":false}') };
    const { message } = read({ candidates: [candidate([call('f'), call('g')])] }, asked);
    expect(message.tool_calls).toHaveLength(1);
  });

  test('a prompt that was blocked is an answer without content (rule 37)', () => {
    const { message, finish, usage } = read({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata });
    expect({ content: message.content, finish }).toEqual({ content: '', finish: 'content_filter' });
    expect(usage).toMatchObject({ inputTokens: 3 });
  });

  test('an answer that was stopped before its first word is one without content (rule 37)', () => {
    expect(one(undefined, { finishReason: 'SAFETY' })).toMatchObject({
      message: { content: '' },
      finish: 'content_filter',
    });
  });

  test('a call that cannot be read is a failed provider (rule 36)', () => {
    expect(() => one(undefined, { finishReason: 'MALFORMED_FUNCTION_CALL' })).toThrow(
      expect.objectContaining({ code: 'upstream' }),
    );
  });

  test('several candidates are several choices (rule 34)', () => {
    const { json } = read({
      candidates: [candidate([{ text: 'A' }]), candidate([call('f')])],
      usageMetadata,
    });
    expect(
      json.choices.map((choice: { index: number; finish_reason: string }) => [
        choice.index,
        choice.finish_reason,
      ]),
    ).toEqual([
      [0, 'stop'],
      [1, 'tool_calls'],
    ]);
  });

  test('usage that nobody told is left out, not zero', () => {
    const { json, usage, completed } = read({ candidates: [candidate([{ text: 'A' }])] });
    expect(usage).toBeNull();
    expect(json).not.toHaveProperty('usage');
    expect(completed.usageMembersAt).toBe(0);
  });

  test('parts, reasons and fields nobody knows yet are no harm (rule 57)', () => {
    const parts = [{ text: 'A', tomorrow: 1 }, { executableCode: { code: 'x' } }, { text: null }];
    const { message, finish } = one(parts, { finishReason: 'TOMORROW', index: null, safetyRatings: [{}] });
    expect({ content: message.content, finish }).toEqual({ content: 'A', finish: 'stop' });
  });

  test.each([
    '',
    '<html>',
    '[]',
    '{}',
    '{"candidates":[]}',
    '{"error":{"code":500}}',
    '{"candidates":[{"content":7}]}',
  ])('%j is a failed provider, not an answer', (body) => {
    expect(() => fromGoogleResponse(body, request)).toThrow(expect.objectContaining({ code: 'upstream' }));
  });
});
