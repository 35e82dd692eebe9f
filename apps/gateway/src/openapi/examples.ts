import type { CostDetails } from '../receipts/cost-details.js';
import type { UsageReceipt } from '../receipts/to-usage-receipt.js';

/** Requests as one would begin. A test holds each against its schema, and each is answered by the running system. */
export const chatRequestExamples = {
  plain: {
    summary: 'A question',
    value: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello.' }] },
  },
  streaming: {
    summary: 'Piece by piece, with the cost at the end',
    value: {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Say hello.' }],
      stream: true,
      stream_options: { include_usage: true },
    },
  },
  structured: {
    summary: 'In a form of your own',
    value: {
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Tell me of a city.' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          strict: true,
          schema: {
            type: 'object',
            properties: { city: { type: 'string' }, inhabitants: { type: 'integer' } },
            required: ['city', 'inhabitants'],
            additionalProperties: false,
          },
        },
      },
    },
  },
};

const costDetails: CostDetails = {
  price_id: '12',
  items: [
    { kind: 'input', tokens: 600, usd_per_million: '0.15', usd: '0.00009' },
    { kind: 'cached_input', tokens: 400, usd_per_million: '0.075', usd: '0.00003' },
    { kind: 'output', tokens: 50, usd_per_million: '0.60', usd: '0.00003' },
  ],
};

export const chatCompletionExample = {
  id: 'chatcmpl-123',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello!', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    cost: '0.00015',
    cost_details: costDetails,
    prompt_tokens: 1_000,
    completion_tokens: 50,
    total_tokens: 1_050,
    prompt_tokens_details: { cached_tokens: 400, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  },
};

export const usageReceiptExample: UsageReceipt = {
  id: '019ac1de-0000-7000-8000-000000000000',
  object: 'usage',
  model: 'gpt-4o-mini',
  state: 'settled',
  created_at: '2026-11-01T12:00:00.000Z',
  ended_at: '2026-11-01T12:00:01.200Z',
  hold_usd: '0.0102',
  cost: '0.00015',
  charged: '0.00015',
  estimated: false,
  usage: {
    input_tokens: 1_000,
    cached_input_tokens: 400,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    audio_input_tokens: 0,
    output_tokens: 50,
    reasoning_tokens: 0,
  },
  cost_details: costDetails,
};
