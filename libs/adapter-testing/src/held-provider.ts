import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Cancellation, ProviderHttp } from '@tokenroute/adapter-kit';

type UpstreamResponse = Awaited<ReturnType<ProviderHttp['post']>>;

/** HTTP to a provider, without the network: its one answer comes as far as the test lets it. */
export class HeldProvider implements ProviderHttp {
  private readonly body = new PassThrough();
  private asked!: () => void;
  private readonly whenAsked = new Promise<void>((resolve) => (this.asked = resolve));

  /** The connection was closed from our side before the answer was complete. */
  get wasLeft(): boolean {
    return this.body.errored !== null;
  }

  post(
    _path: string,
    _headers: unknown,
    _credentials: unknown,
    _body: string,
    ends: Cancellation,
  ): Promise<UpstreamResponse> {
    ends.onAbort(() => this.body.destroy(ends.reason as Error));
    this.asked();
    return Promise.resolve({
      status: 200,
      header: () => undefined,
      body: this.body as unknown as UpstreamResponse['body'],
      text: () => text(this.body),
    });
  }

  toFault(error: unknown): unknown {
    return error;
  }

  /** Resolves when the adapter has asked and read so far. */
  async send(piece: string): Promise<void> {
    await this.whenAsked;
    if (piece === '') return;
    this.body.write(piece);
    while (this.body.readableLength > 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The rest of the answer, as far as anybody still reads. */
  async finish(rest: string): Promise<void> {
    if (this.body.destroyed) return;
    this.body.end(rest);
    await once(this.body, 'close');
  }
}
