import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { ChaosSystem } from '../system/chaos-system.js';
import { describeFault, type Fault } from './fault.js';
import type { ScheduledFaults } from './fault-schedule.js';

export interface InjectedFault {
  fault: Fault;
  /** Milliseconds since 1970. */
  beganAt: number;
  endedAt: number | null;
  /** The part was still recovering from the fault before. */
  skipped: boolean;
}

/** How a service ended, as the oracle has to know: what was in its memory alone is gone. */
export interface ServiceEnd {
  service: string;
  at: number;
  signal: 'SIGKILL' | 'SIGTERM';
}

const drainMs = 45_000;
const startRetryMs = 500;

/** Makes scheduled things go wrong, and right again. */
export class FaultInjector {
  readonly injected: InjectedFault[] = [];
  readonly ends: ServiceEnd[] = [];
  /** When NATS may have lost messages it had acknowledged. */
  readonly queueLosses: number[] = [];
  /** Services that died though nobody killed them. */
  readonly ownDeaths: string[] = [];
  private readonly busy = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly healing = new AbortController();

  constructor(
    private readonly system: ChaosSystem,
    private readonly say: (line: string) => void,
  ) {}

  /** Resolves when the last fault has begun, or when it is interrupted. */
  async run(schedule: readonly ScheduledFaults[], durationMs: number, signal: AbortSignal): Promise<void> {
    const beganAt = Date.now();
    const until = async (atMs: number) => {
      while (!signal.aborted && Date.now() - beganAt < atMs) {
        await pause(Math.min(250, Math.max(1, atMs - (Date.now() - beganAt))));
        this.lookForOwnDeaths();
      }
    };
    for (const { atMs, faults } of schedule) {
      await until(atMs);
      if (signal.aborted) return;
      for (const fault of faults) this.inject(fault);
    }
    await until(durationMs);
  }

  /** Ends every fault; resolves when every part is there and says it is ready. */
  async heal(): Promise<void> {
    this.healing.abort();
    this.system.links.heal();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    this.lookForOwnDeaths();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  inject(fault: Fault): void {
    const parts = this.partsOf(fault);
    const entry: InjectedFault = { fault, beganAt: Date.now(), endedAt: null, skipped: false };
    this.injected.push(entry);
    if (parts.some((part) => this.busy.has(part))) {
      entry.skipped = true;
      entry.endedAt = entry.beganAt;
      return;
    }
    this.say(describeFault(fault));
    this.keep(parts, async () => {
      await this.apply(fault);
      entry.endedAt = Date.now();
    });
  }

  private keep(parts: readonly string[], work: () => Promise<void>): void {
    for (const part of parts) this.busy.add(part);
    const tracked = work().finally(() => {
      for (const part of parts) this.busy.delete(part);
      this.underWay.delete(tracked);
    });
    this.underWay.add(tracked);
  }

  private partsOf(fault: Fault): string[] {
    switch (fault.kind) {
      case 'kill':
      case 'pause':
        return [fault.service];
      case 'rolling-restart':
        return this.replicasOf(fault.service);
      case 'link':
        return [`${fault.link.from} > ${fault.link.to}`];
      case 'terminate-backends':
      case 'postgres-stop':
        return ['postgres'];
      case 'nats-kill':
      case 'nats-set-back':
        return ['nats'];
      case 'redis-kill':
      case 'redis-flush':
        return ['redis'];
      default:
        return fault satisfies never;
    }
  }

  private async apply(fault: Fault): Promise<void> {
    const { servers, services, natsStore, links } = this.system;
    switch (fault.kind) {
      case 'kill':
        await this.end(fault.service, 'SIGKILL');
        await this.wait(fault.forMs);
        return this.startAgain(fault.service);
      case 'pause':
        await services.service(fault.service).kill('SIGSTOP');
        await this.wait(fault.forMs);
        return services.service(fault.service).kill('SIGCONT');
      case 'rolling-restart':
        for (const service of this.replicasOf(fault.service)) {
          await this.end(service, 'SIGTERM');
          await this.startAgain(service);
        }
        return;
      case 'link': {
        const proxy = links.proxy(fault.link);
        proxy.become(fault.condition);
        await this.wait(fault.forMs);
        return proxy.heal();
      }
      case 'terminate-backends':
        return terminateBackends(this.system.databaseUrl);
      case 'postgres-stop':
        // SIGQUIT is its immediate shutdown.
        await servers.postgres.end('SIGQUIT');
        await this.wait(fault.forMs);
        return servers.postgres.start();
      case 'nats-kill':
      case 'nats-set-back':
        await servers.nats.end('SIGKILL');
        this.queueLosses.push(Date.now());
        if (fault.kind === 'nats-set-back') natsStore.setBack();
        else natsStore.remember();
        await this.wait(fault.forMs);
        return servers.nats.start();
      case 'redis-kill':
        await servers.redis.end('SIGKILL');
        await this.wait(fault.forMs);
        return servers.redis.start();
      case 'redis-flush':
        return flush(servers.redis.url);
      default:
        fault satisfies never;
    }
  }

  private async end(service: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.system.services.service(service);
    if (running.pid === undefined) return;
    const entry: ServiceEnd = { service, at: Date.now(), signal };
    this.ends.push(entry);
    const ended = running.kill(signal);
    if (signal === 'SIGKILL') return ended;
    const drained = await Promise.race([ended.then(() => true), pause(drainMs, false, { ref: false })]);
    if (drained) return;
    // As an orchestrator does when its patience ends.
    entry.signal = 'SIGKILL';
    await running.kill('SIGKILL');
    await ended;
  }

  /** What it needs may be away, so that it does not become ready in time: then once more. */
  private async startAgain(service: string): Promise<void> {
    for (;;) {
      try {
        return await this.system.services.service(service).start();
      } catch (error) {
        this.say(`${service} did not start: ${String(error).split('\n')[0]}`);
        await pause(startRetryMs);
      }
    }
  }

  private lookForOwnDeaths(): void {
    const { services } = this.system;
    for (const service of services.names) {
      if (this.busy.has(service) || services.service(service).pid !== undefined) continue;
      this.ownDeaths.push(service);
      this.say(`${service} died by itself`);
      this.keep([service], () => this.startAgain(service));
    }
  }

  private replicasOf(app: string): string[] {
    return this.system.services.names.filter((name) => name === app || name.startsWith(`${app}-`));
  }

  /** Cut short when all is to be healed. */
  private async wait(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.healing.signal }).catch(() => undefined);
  }
}

async function terminateBackends(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
    );
  } catch {
    // PostgreSQL is not there: nor are its backends.
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function flush(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl, {
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
  } catch {
    // Redis is not there, so there is nothing to forget.
  } finally {
    redis.disconnect();
  }
}
