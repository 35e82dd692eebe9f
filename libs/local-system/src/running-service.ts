import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LocalProcess, startProcess, waitUntilReady } from '@tokenroute/local-servers';

export interface ServiceSpec {
  name: string;
  /** The file Node runs. */
  entry: string;
  environment: Record<string, string>;
  /** Where /readyz is asked. */
  httpUrl: string;
  /** Belongs to one system: its logs/ and run/ are ours, and its path marks our processes. */
  folder: string;
  cwd: string;
  readyTimeoutMs?: number;
}

export interface SupervisionOptions {
  /** Start it again when it dies. */
  keepAlive: boolean;
  onEvent?: (event: string) => void;
}

/** As in the images (deploy/Dockerfile): with room for young objects, garbage is collected far less often under load. */
const nodeOptions = ['--enable-source-maps', '--max-semi-space-size=32'];
const firstBackoffMs = 250;
const longestBackoffMs = 5_000;
// A service that lived so long died of something new.
const steadyAfterMs = 30_000;

/** A service as a child process that can be killed, restarted and, when asked, kept alive. */
export class RunningService {
  private child: LocalProcess | undefined;
  private wanted = false;
  private backoffMs = firstBackoffMs;
  private startedAt = 0;
  private readonly ending = new AbortController();

  constructor(
    private readonly spec: ServiceSpec,
    private readonly supervision: SupervisionOptions,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.child?.hasEnded() === false ? this.child.pid : undefined;
  }

  get logFile(): string {
    return join(this.spec.folder, 'logs', `${this.name}.log`);
  }

  /** Starts it and waits until it is ready. A failure of the first start is the caller's to handle. */
  async start(): Promise<void> {
    this.wanted = true;
    const child = await this.spawn();
    try {
      await this.waitUntilReady(child);
    } catch (error) {
      this.wanted = false;
      await child.stop();
      throw error;
    }
    if (this.supervision.keepAlive) void this.watch(child);
  }

  /** Sends a signal; one that ends the process is waited for. The service stays down unless it is kept alive. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined || child.hasEnded()) return;
    child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') await child.ended;
  }

  /** Ends it when it runs and starts it again at the same address. */
  async restart(): Promise<void> {
    this.wanted = false;
    await this.child?.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    this.ending.abort();
    await this.child?.stop();
  }

  private async spawn(): Promise<LocalProcess> {
    const { name, entry, environment, folder, cwd } = this.spec;
    this.startedAt = Date.now();
    this.child = await startProcess({
      name,
      command: process.execPath,
      // The services read no arguments: this one only says whose they are.
      args: [...nodeOptions, entry, systemMark(folder)],
      mark: `${entry} ${systemMark(folder)}`,
      cwd,
      env: environment,
      logFile: this.logFile,
      pidFile: join(folder, 'run', `${name}.pid`),
      stopSignal: 'SIGTERM',
    });
    return this.child;
  }

  private waitUntilReady(child: LocalProcess): Promise<void> {
    return waitUntilReady(child, this.logFile, () => isReady(this.spec.httpUrl), this.spec.readyTimeoutMs);
  }

  private async watch(first: LocalProcess): Promise<void> {
    let child = first;
    for (;;) {
      const how = await child.ended;
      if (!this.wanted || this.child !== child) return;
      if (Date.now() - this.startedAt > steadyAfterMs) this.backoffMs = firstBackoffMs;
      this.supervision.onEvent?.(`${this.name} ended (${how}), starting it again in ${this.backoffMs} ms`);
      try {
        await delay(this.backoffMs, undefined, { signal: this.ending.signal });
        this.backoffMs = Math.min(this.backoffMs * 2, longestBackoffMs);
        if (!this.wanted) return;
        child = await this.spawn();
        // Asked to stop while it was being started: nobody else knows of this process.
        if (!this.wanted) return await child.stop();
        void this.announceReady(child);
      } catch (error) {
        if (this.ending.signal.aborted) return;
        this.supervision.onEvent?.(`${this.name} could not be started: ${String(error)}`);
      }
    }
  }

  private async announceReady(child: LocalProcess): Promise<void> {
    try {
      await this.waitUntilReady(child);
      this.supervision.onEvent?.(`${this.name} is ready again (process ${child.pid})`);
    } catch (error) {
      if (this.wanted && !child.hasEnded()) this.supervision.onEvent?.(String(error));
    }
  }
}

/** The argument by which a process of one system is told from the same service of another. */
export function systemMark(folder: string): string {
  return `--system=${folder}`;
}

export async function isReady(httpUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
