import type { Model } from '@tokenroute/contracts';
import type { ChatRequest } from '@tokenroute/openai-wire';
import { attachmentsOf } from './inputs.js';
import { quantitiesOf } from './quantities.js';

const model: Model = {
  id: 'gpt-4o-mini',
  provider: 'openai',
  upstreamModel: 'gpt-4o-mini-2024-07-18',
  ownedBy: 'openai',
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  capabilities: ['image'],
  replacedBy: '',
};

function quantities(request: Partial<ChatRequest>) {
  const whole = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'hi' }],
    ...request,
  } as ChatRequest;
  return quantitiesOf(whole, attachmentsOf(whole), Buffer.byteLength(JSON.stringify(whole)), model);
}

describe('quantitiesOf', () => {
  test('the input bound is never below the bytes of the text', () => {
    const content = '漢字😀'.repeat(100);
    expect(quantities({ messages: [{ role: 'user', content }] }).inputTokensBound).toBeGreaterThanOrEqual(
      Buffer.byteLength(content),
    );
  });

  test('the input bound is never above the context window', () => {
    expect(
      quantities({ messages: [{ role: 'user', content: 'x'.repeat(1_000_000) }] }).inputTokensBound,
    ).toBe(128_000);
  });

  test('an image counts by a constant, not by its bytes', () => {
    const bound = (url: string) =>
      quantities({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] })
        .inputTokensBound;
    expect(bound(`data:image/png;base64,${'A'.repeat(500_000)}`)).toBe(bound('https://example.com/a.png'));
    expect(bound('https://example.com/a.png')).toBeGreaterThan(48_000);
  });

  test('without a limit the output may be the model’s maximum, for each choice', () => {
    expect(quantities({}).outputTokensLimit).toBe(16_384);
    expect(quantities({ n: 3, max_tokens: 10 }).outputTokensLimit).toBe(30);
    expect(quantities({ max_completion_tokens: 7, max_tokens: 10 }).outputTokensLimit).toBe(7);
  });

  test('more output than the model can give is refused by the parameter’s name', () => {
    expect(() => quantities({ max_tokens: 16_385 })).toThrow(/^max_tokens: gpt-4o-mini gives at most 16384/);
  });
});
