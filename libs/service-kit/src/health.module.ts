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

  @Get('healthz')
  healthz(): HealthAnswer['body'] {
    return livenessAnswer().body;
  }

  @Get('readyz')
  async readyz(@Res() reply: StatusReply): Promise<void> {
    const { status, body } = await readinessAnswer(this.readiness);
    reply.status(status).send(body);
  }
}

export interface HealthAnswer {
  status: 200 | 503;
  body: { status: 'ok'; version?: string } | { status: 'unavailable'; failing: string[] };
}

/** The process lives, and is of this version. */
export function livenessAnswer(): HealthAnswer {
  return { status: 200, body: { status: 'ok', version } };
}

/** The process and what it needs are able to work. */
export async function readinessAnswer(readiness: Readiness): Promise<HealthAnswer> {
  const failing = await readiness.failing();
  if (failing.length > 0) return { status: 503, body: { status: 'unavailable', failing } };
  return { status: 200, body: { status: 'ok' } };
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
