import { type AnswerEnd, type ProviderDialect, SseDecoder } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';

/** No fixture contains it: an answer that carries it got it from the request. */
export const publicModel = 'the-id-the-client-asked-for';

export type Mode = 'plain' | 'stream' | 'stream-with-usage';

/** The call an adapter gets for a client's request. */
export function toCall(request: Record<string, unknown>, mode: Mode): CompleteRequest {
  const { stream: _stream, stream_options: _options, ...rest } = request;
  const body = {
    ...rest,
    ...(mode !== 'plain' && { stream: true }),
    ...(mode === 'stream-with-usage' && { stream_options: { include_usage: true } }),
  };
  const model = String(request['model']);
  return {
    requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
    publicModel: model,
    upstreamModel: model,
    stream: mode !== 'plain',
    body: Buffer.from(JSON.stringify(body)),
    maxOutputTokens: 64_000,
    strictParams: false,
  };
}

/** The same call, as the answer's side sees it. */
export function toAnswerCall(request: Record<string, unknown>, mode: Mode): CompleteRequest {
  return { ...toCall(request, mode), publicModel };
}

/** What a stream came to: the SSE text that went out before its end, and the end. */
export interface TranslatedStream {
  sse: string;
  end: AnswerEnd;
  generatedBytes: number;
}

/**
 * Runs a provider's stream through an adapter as it would come over a connection.
 * @param pieces the bytes of each read
 * @throws whatever the translation throws
 */
export function translateStream(
  dialect: ProviderDialect,
  request: CompleteRequest,
  pieces: readonly Uint8Array[],
): TranslatedStream {
  const relay = new StreamRelay(dialect, request);
  for (const piece of pieces) relay.push(piece);
  return relay.end();
}

/** Apart from `translateStream` for those who have to know which call threw. */
export class StreamRelay {
  private readonly decoder = new SseDecoder();
  private readonly stream;
  private sse = '';

  constructor(dialect: ProviderDialect, request: CompleteRequest) {
    this.stream = dialect.openStream(request);
  }

  push(bytes: Uint8Array): void {
    for (const event of this.decoder.push(bytes)) this.sse += this.stream.push(event);
  }

  /** What the decoder still held counts, as it does behind a connection that was closed. */
  finishInput(): void {
    for (const event of this.decoder.end()) this.sse += this.stream.push(event);
  }

  end(): TranslatedStream {
    this.finishInput();
    const end = this.stream.end();
    return { sse: this.sse, end, generatedBytes: this.stream.generatedBytes };
  }
}

/** Cuts bytes at the given places, in whatever order they come. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index]));
}
