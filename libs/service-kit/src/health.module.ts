import { Controller, type DynamicModule, Get, Global, Injectable, Module, Res } from '@nestjs/common';
import { Ending } from './ending.js';
import { version } from './version.js';

type Check = () => Promise<unknown> | unknown;

/** What must work before this service may take work. Rooms that own a connection add their check. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, Check>();
  private stopping = false;

  /** Adds a named check; it fails by throwing, rejecting or not ending in time. */
  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  /** From here on the service is not ready: it is about to end. */
  stop(): void {
    this.stopping = true;
  }

  /** Names of the failing checks, empty when ready. */
  async failing(): Promise<string[]> {
    if (this.stopping) return ['stopping'];
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        try {
          await endsInTime(check);
          return null;
        } catch {
          return name;
        }
      }),
    );
    return results.filter((name) => name !== null);
  }
}

const checkTimeoutMs = 2_000;

/** A server that hangs accepts connections and never answers. */
async function endsInTime(check: Check): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), checkTimeoutMs);
  });
  try {
    await Promise.race([check(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

interface StatusReply {
  status(code: number): { send(body: unknown): unknown };
}

@Controller()
class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process lives, and is of this version. */
  @Get('healthz')
  healthz(): { status: 'ok'; version: string } {
    return { status: 'ok', version };
  }

  /** The process and what it needs are able to work. */
  @Get('readyz')
  async readyz(@Res() reply: StatusReply): Promise<void> {
    const failing = await this.readiness.failing();
    if (failing.length === 0) reply.status(200).send({ status: 'ok' });
    else reply.status(503).send({ status: 'unavailable', failing });
  }
}

@Global()
@Module({})
export class HealthModule {
  static register(): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [Readiness, Ending],
      exports: [Readiness, Ending],
    };
  }
}
