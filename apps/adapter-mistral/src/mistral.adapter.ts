import type { ProviderDialect } from '@tokenroute/adapter-kit';
import { fromMistralError } from './from-mistral-error.js';
import { fromMistralResponse } from './from-mistral-response.js';
import { MistralStream } from './from-mistral-stream.js';
import { mistralParameters } from './mistral-parameters.js';
import { providerName } from './mistral-wire.js';
import { toMistralRequest } from './to-mistral-request.js';

/** Mistral behind the OpenAI wire shape: a dialect of it that refuses every member it does not know. */
export const mistralDialect: ProviderDialect = {
  providerName,
  telemetryName: 'mistral_ai',
  parameters: mistralParameters,
  // https://openrouter.ai/docs/api-reference/streaming#stream-cancellation
  cancelStopsMeter: false,
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  toRequest: toMistralRequest,
  fromResponse: fromMistralResponse,
  openStream: (request) => new MistralStream(request),
  fromError: fromMistralError,
};
