import type { TestCustomer } from '@tokenroute/testing';
import type { ReadyGateways } from './ready-gateways.js';
import type { ReportedUsage } from './simulator-journal.js';

export interface LoadOptions {
  models: readonly string[];
  /** Streams open at the same time, and how long the provider takes for one. */
  streams: number;
  streamMs: number;
  /** Plain calls under way at the same time. */
  plainCalls: number;
}

/** One request whose answer came whole. */
export interface Answered {
  model: string;
  stream: boolean;
  usage: ReportedUsage;
}

const chunkEveryMs = 50;

/** Requests one after the other on each of many lanes, until it is ended. */
export class ConstantLoad {
  readonly answered: Answered[] = [];
  /** What came instead of a whole answer. */
  readonly failures: string[] = [];
  private ended = false;
  private readonly lanes: Promise<void>[];

  constructor(
    private readonly gateways: ReadyGateways,
    private readonly customer: TestCustomer,
    private readonly options: LoadOptions,
    private readonly onFailure?: (failure: string) => void,
  ) {
    this.lanes = [
      ...Array.from({ length: options.streams }, (_, lane) => this.run(lane, true)),
      ...Array.from({ length: options.plainCalls }, (_, lane) => this.run(lane, false)),
    ];
  }

  /** Resolves when the last request has been answered. */
  async end(): Promise<void> {
    this.ended = true;
    await Promise.all(this.lanes);
  }

  private async run(lane: number, stream: boolean): Promise<void> {
    const { models, streamMs } = this.options;
    const model = models[lane % models.length]!;
    const script = stream
      ? `tokens=${Math.ceil(streamMs / chunkEveryMs)};chunk-tokens=1;chunk-delay=${chunkEveryMs}`
      : 'ttfb=50;tokens=20';
    while (!this.ended) {
      try {
        this.answered.push({ model, stream, usage: await this.ask(model, stream, script) });
      } catch (error) {
        const what = stream ? 'stream' : 'plain call';
        const failure = `${new Date().toISOString()} ${what} of ${model}: ${String(error)}`;
        this.failures.push(failure);
        this.onFailure?.(failure);
      }
    }
  }

  private async ask(model: string, stream: boolean, script: string): Promise<ReportedUsage> {
    const { statusCode, body } = await this.gateways.next().request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {
        authorization: `Bearer ${this.customer.key.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        model,
        max_tokens: 1_000,
        messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }],
        ...(stream && { stream, stream_options: { include_usage: true } }),
      }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text}`);
    if (stream && !text.endsWith('data: [DONE]\n\n')) throw new Error(`cut off: …${text.slice(-300)}`);
    return usageIn(text);
  }
}

function usageIn(text: string): ReportedUsage {
  const count = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(text)?.[1] ?? Number.NaN);
  const usage = { input: count('prompt_tokens'), cached: 0, output: count('completion_tokens') };
  if (Number.isNaN(usage.input + usage.output)) throw new Error(`no usage: …${text.slice(-300)}`);
  return usage;
}
