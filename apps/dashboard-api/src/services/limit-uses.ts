import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { type LimitUse, LimitUseRequest, LimitUseResponse, subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';

const answerWithinMs = 1_000;
/** A gateway gives no reply to more. */
const maxKeysPerQuestion = 1_000;

/** How much of their limits keys have used at this moment, which any gateway knows. */
export class LimitUses implements OnApplicationBootstrap, OnApplicationShutdown {
  private connection: NatsConnection | undefined;

  constructor(
    private readonly connect: () => Promise<NatsConnection>,
    private readonly logger: Logger,
  ) {}

  /** Not waited for: pages are there before NATS is, and while it is away. */
  onApplicationBootstrap(): void {
    this.connect().then(
      (connection) => (this.connection = connection),
      (error: unknown) => this.logger.error({ err: error }, 'nats: cannot connect'),
    );
  }

  /**
   * Never fails: what is not known is left out.
   * @param keyIds of one organisation: nobody after this asks whose they are
   */
  async of(keyIds: readonly string[]): Promise<LimitUse[]> {
    const questions: string[][] = [];
    for (let start = 0; start < keyIds.length; start += maxKeysPerQuestion) {
      questions.push(keyIds.slice(start, start + maxKeysPerQuestion));
    }
    try {
      return (await Promise.all(questions.map((question) => this.ask(question)))).flat();
    } catch (error) {
      this.logger.debug({ err: error }, 'limits: no gateway said how much of them is used');
      return [];
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }

  private async ask(keyIds: string[]): Promise<LimitUse[]> {
    if (!this.connection) throw new Error('not connected to NATS yet');
    const payload = LimitUseRequest.encode({ keyIds }).finish();
    const reply = await this.connection.request(subjects.limitUse, payload, { timeout: answerWithinMs });
    return LimitUseResponse.decode(reply.data).uses;
  }
}
