import type { ProviderDialect } from '@tokenroute/adapter-kit';
import { anthropicParameters } from './anthropic-parameters.js';
import { fromAnthropicError } from './from-anthropic-error.js';
import { fromAnthropicResponse } from './from-anthropic-response.js';
import { AnthropicStream } from './from-anthropic-stream.js';
import { toAnthropicRequest } from './to-anthropic-request.js';

/**
 * Anthropic's Messages API behind the OpenAI wire shape.
 * @param now Unix seconds: Anthropic does not say when an answer was created
 */
export function anthropicDialect(now: () => number): ProviderDialect {
  return {
    providerName: 'Anthropic',
    telemetryName: 'anthropic',
    parameters: anthropicParameters,
    // https://openrouter.ai/docs/api-reference/streaming#stream-cancellation
    cancelStopsMeter: true,
    authorize: (key) => ({ 'x-api-key': key }),
    toRequest: toAnthropicRequest,
    fromResponse: (body, request) => fromAnthropicResponse(body, request, now()),
    openStream: (request) => new AnthropicStream(request, now()),
    fromError: fromAnthropicError,
  };
}
