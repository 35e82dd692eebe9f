import type { ProviderDialect } from '@tokenroute/adapter-kit';
import { deepSeekParameters } from './deepseek-parameters.js';
import { providerName } from './deepseek-wire.js';
import { fromDeepSeekError } from './from-deepseek-error.js';
import { fromDeepSeekResponse } from './from-deepseek-response.js';
import { DeepSeekStream } from './from-deepseek-stream.js';
import { toDeepSeekRequest } from './to-deepseek-request.js';

/** DeepSeek behind the OpenAI wire shape: a dialect of it, but for thinking. */
export const deepSeekDialect: ProviderDialect = {
  providerName,
  telemetryName: 'deepseek',
  parameters: deepSeekParameters,
  // https://openrouter.ai/docs/api-reference/streaming#stream-cancellation
  cancelStopsMeter: true,
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  toRequest: toDeepSeekRequest,
  fromResponse: fromDeepSeekResponse,
  openStream: (request) => new DeepSeekStream(request),
  fromError: fromDeepSeekError,
};
