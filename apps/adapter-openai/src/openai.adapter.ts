import type { ProviderDialect } from '@tokenroute/adapter-kit';
import { fromOpenAiError } from './from-openai-error.js';
import { fromOpenAiResponse } from './from-openai-response.js';
import { OpenAiStream } from './from-openai-stream.js';
import { toOpenAiRequest } from './to-openai-request.js';

/** OpenAI behind the OpenAI wire shape: bytes go through. */
export const openAiDialect: ProviderDialect = {
  providerName: 'OpenAI',
  telemetryName: 'openai',
  parameters: 'sent-as-they-are',
  // https://openrouter.ai/docs/api-reference/streaming#stream-cancellation
  cancelStopsMeter: true,
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  toRequest: toOpenAiRequest,
  fromResponse: (body, request) => fromOpenAiResponse(body, request.publicModel),
  openStream: (request) => new OpenAiStream(request),
  fromError: fromOpenAiError,
};
