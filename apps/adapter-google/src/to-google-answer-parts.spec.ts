import type { AssistantMessage } from '@tokenroute/openai-wire';
import { googleModel } from './google-models.js';
import { toGoogleAnswerParts } from './to-google-answer-parts.js';

const call = (name: string, more: Record<string, unknown> = {}, args = '{}') => ({
  id: `id-${name}`,
  type: 'function' as const,
  function: { name, arguments: args },
  ...more,
});
const signed = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } });
const detail = (data: string, format = 'google-gemini-v1') => ({ type: 'reasoning.encrypted', data, format });
const parts = (message: Partial<AssistantMessage>, texts: string[] = [], model = 'gemini-2.5-pro') =>
  toGoogleAnswerParts(
    { role: 'assistant', ...message },
    texts.map((text) => ({ text })),
    'messages[1]',
    googleModel(model),
  );

describe('toGoogleAnswerParts', () => {
  test('text stands before the calls (rule 30)', () => {
    expect(parts({ tool_calls: [call('f')] }, ['So'])).toEqual([
      { text: 'So' },
      { functionCall: { name: 'f', args: {} } },
    ]);
  });

  test('the signature of a call returns on that call (rules 31, 35)', () => {
    expect(parts({ tool_calls: [call('f', signed('S1')), call('g')] })).toEqual([
      { functionCall: { name: 'f', args: {} }, thoughtSignature: 'S1' },
      { functionCall: { name: 'g', args: {} } },
    ]);
  });

  test('the signature of a text returns on the last text, one without a text on an empty one (rule 35)', () => {
    expect(parts({ reasoning_details: [detail('S1')] }, ['A', 'B'])).toEqual([
      { text: 'A' },
      { text: 'B', thoughtSignature: 'S1' },
    ]);
    expect(parts({ reasoning_details: [detail('S1'), detail('S2')], tool_calls: [call('f')] })).toEqual([
      { text: '', thoughtSignature: 'S1' },
      { text: '', thoughtSignature: 'S2' },
      { functionCall: { name: 'f', args: {} } },
    ]);
  });

  test('what another provider wants back, and thoughts in the clear, are left out (rule 35)', () => {
    const others = [
      detail('S1', 'anthropic-claude-v1'),
      { type: 'reasoning.text', text: 'Hm', format: 'google-gemini-v1' },
    ];
    expect(parts({ reasoning_details: others, reasoning_content: 'Hm' }, ['A'])).toEqual([{ text: 'A' }]);
  });

  test('Gemini 3 is told of a call whose signature the client dropped, before it refuses it (rule 35)', () => {
    const list = [call('f'), call('g')];
    expect(parts({ tool_calls: list }, [], 'gemini-3-pro-preview')).toEqual([
      {
        functionCall: { id: 'id-f', name: 'f', args: {} },
        thoughtSignature: 'skip_thought_signature_validator',
      },
      { functionCall: { id: 'id-g', name: 'g', args: {} } },
    ]);
    expect(parts({ tool_calls: [call('f', signed('S1'))] }, [], 'gemini-3-pro-preview')).toEqual([
      { functionCall: { id: 'id-f', name: 'f', args: {} }, thoughtSignature: 'S1' },
    ]);
  });

  test('a refusal is text', () => {
    expect(parts({ refusal: 'No.' })).toEqual([{ text: 'No.' }]);
  });

  test('no arguments are an empty object (rule 7)', () => {
    expect(parts({ tool_calls: [call('f', {}, '')] })).toEqual([{ functionCall: { name: 'f', args: {} } }]);
  });

  test.each(['[1]', '"a"', 'null', '{"a":'])(
    'arguments that are no object are refused by name: %s',
    (args) => {
      expect(() => parts({ tool_calls: [call('f', {}, args)] })).toThrow(
        expect.objectContaining({ param: 'messages[1].tool_calls[0].function.arguments' }),
      );
    },
  );
});
