import type { Model } from '@tokenroute/contracts';
import type { ChatRequest } from '@tokenroute/openai-wire';
import { attachmentsOf } from './inputs.js';
import { tokenCount } from '../../bench/token-count.mjs';
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

const words = 'The gateway reserves what a request could cost, and settles what it did. '.repeat(200);
const namedImage = {
  type: 'image_url',
  image_url: { url: 'https://example.com/a.png', detail: 'low' },
  name: words,
};

function quantities(request: Partial<ChatRequest>) {
  const whole = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'hi' }],
    ...request,
  } as ChatRequest;
  return quantitiesOf(whole, attachmentsOf(whole), model);
}

describe('quantitiesOf', () => {
  test('the input bound is never above the context window', () => {
    for (const content of [
      'x'.repeat(1_000_000),
      [{ type: 'file', file: { file_id: 'file-1' } }],
      Array.from({ length: 100 }, () => ({
        type: 'image_url',
        image_url: { url: 'https://example.com/a.png' },
      })),
    ]) {
      expect(quantities({ messages: [{ role: 'user', content }] }).inputTokensBound).toBe(128_000);
    }
  });

  test('an image counts by its size, not by its bytes; at its rule’s maximum where the size is not in the request', () => {
    const bound = (url: string, detail?: string) =>
      quantities({
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url, detail } }] }],
      }).inputTokensBound;
    const png = Buffer.alloc(500_000);
    Buffer.from('89504e470d0a1a0a0000000d494844520000020000000200', 'hex').copy(png);
    const inline = `data:image/png;base64,${png.toString('base64')}`;
    expect(bound(inline)).toBeGreaterThanOrEqual(2833 + 5667);
    expect(bound(inline)).toBeLessThan(2833 + 5667 + 100);
    expect(bound('https://example.com/a.png')).toBeGreaterThan(48_169);
    expect(bound('https://example.com/a.png', 'low')).toBeLessThan(2833 + 100);
  });

  test.each<[string, Partial<ChatRequest>]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f', description: words } }] }],
    ['functions', { functions: [{ name: 'f', parameters: { description: words } }] }],
    ['response_format', { response_format: { type: 'json_schema', json_schema: { description: words } } }],
    ['a name', { messages: [{ role: 'user', name: words, content: '' }] }],
    ['a part', { messages: [{ role: 'user', content: [{ type: 'text', text: words }] }] }],
    ['a part nobody knows yet', { messages: [{ role: 'user', content: [{ type: 'new', body: words }] }] }],
    ['tool calls', { messages: [{ role: 'assistant', tool_calls: [{ function: { arguments: words } }] }] }],
    ['a tool result', { messages: [{ role: 'tool', tool_call_id: 'c', content: words }] }],
    ['a file’s name', { messages: [{ role: 'user', content: [namedImage] }] }],
    ['a member nobody knows yet', { instructions_of_tomorrow: words }],
  ])('text in %s is counted', (_where, request) => {
    const { inputTokensBound } = quantities(request);
    expect(inputTokensBound).toBeGreaterThanOrEqual(tokenCount('o200k', words));
  });

  test('metadata and the ids of users are not counted', () => {
    expect(quantities({ metadata: { note: words }, user: words })).toEqual(quantities({}));
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
