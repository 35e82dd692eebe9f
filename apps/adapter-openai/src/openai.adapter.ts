import {
  type CompletionSink,
  estimateUsage,
  type ProviderAdapter,
  SseDecoder,
  type UpstreamHttp,
  type UpstreamResponse,
} from '@tokenroute/adapter-kit';
import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { fromOpenAiError } from './from-openai-error.js';
import { fromOpenAiResponse } from './from-openai-response.js';
import { OpenAiStream } from './from-openai-stream.js';
import { asksForUsage, toOpenAiRequest } from './to-openai-request.js';

export class OpenAiAdapter implements ProviderAdapter {
  constructor(
    private readonly http: UpstreamHttp,
    private readonly apiKey: string,
  ) {}

  async complete(
    request: CompleteRequest,
    sink: CompletionSink,
    signal: AbortSignal,
  ): Promise<CompletionOutcome> {
    const body = request.body.toString('utf8');
    const stream = new OpenAiStream({ publicModel: request.publicModel, includeUsage: asksForUsage(body) });
    try {
      const response = await this.send(request, body, signal);
      return request.stream
        ? await this.relay(response, stream, request, sink, signal)
        : await this.answer(response, request);
    } catch (error) {
      if (!signal.aborted) throw this.http.toFault(error, signal);
      return {
        end: { $case: 'cancelled', value: {} },
        // What never began to come is not paid for.
        usage:
          stream.generatedBytes > 0 ? estimateUsage(request.body.length, stream.generatedBytes) : undefined,
        upstreamRequestId: '',
      };
    }
  }

  private async send(request: CompleteRequest, body: string, signal: AbortSignal): Promise<UpstreamResponse> {
    const { upstreamModel, stream } = request;
    const upstream = toOpenAiRequest({ body, upstreamModel, stream, apiKey: this.apiKey });
    const response = await this.http.post(upstream.path, upstream.headers, upstream.body, signal);
    if (response.status === 200) return response;
    const retryAfter = headerOf(response, 'retry-after');
    throw fromOpenAiError(response.status, await response.body.text(), retryAfter);
  }

  private async answer(response: UpstreamResponse, request: CompleteRequest): Promise<CompletionOutcome> {
    const { completed, usage } = fromOpenAiResponse(await response.body.text(), request.publicModel);
    return {
      end: { $case: 'completed', value: completed },
      usage: usage ?? estimateUsage(request.body.length, completed.tail.length),
      upstreamRequestId: headerOf(response, 'x-request-id') ?? '',
    };
  }

  private async relay(
    response: UpstreamResponse,
    stream: OpenAiStream,
    request: CompleteRequest,
    sink: CompletionSink,
    signal: AbortSignal,
  ): Promise<CompletionOutcome> {
    const decoder = new SseDecoder();
    let begun = false;
    const pass = (events: { data: string }[]): Promise<void> | undefined => {
      // All events of one read leave as one frame.
      const text = events.map((event) => stream.push(event.data)).join('');
      if (text === '') return undefined;
      if (!begun) sink.head({ upstreamModel: request.upstreamModel, ignoredParams: [] });
      begun = true;
      return sink.data(Buffer.from(text));
    };
    for await (const bytes of response.body) {
      await pass(decoder.push(bytes as Buffer));
      signal.throwIfAborted();
    }
    await pass(decoder.end());
    const { usage, completed } = stream.end();
    return {
      end: { $case: 'completed', value: completed },
      usage: usage ?? estimateUsage(request.body.length, stream.generatedBytes),
      upstreamRequestId: headerOf(response, 'x-request-id') ?? '',
    };
  }
}

function headerOf(response: UpstreamResponse, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
