import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePort,
  lastLines,
  type LocalProcess,
  startProcess,
  waitUntilReady,
} from '@tokenroute/local-servers';

/** What the replay server notes of each request, as far as we look at it. */
interface ReplayedRequest {
  case?: string | null;
  variant?: Record<string, string>;
}

/** The server that answers as the five providers did, from recordings. */
export class Replay {
  private constructor(
    readonly url: string,
    private readonly log: string,
    private readonly logFile: string,
    private readonly process: LocalProcess,
  ) {}

  /** @param scripts the folder of replay.mjs; its log, pid file and notes are kept there too */
  static async start(scripts: string, cases: string): Promise<Replay> {
    const port = await freePort();
    const log = join(scripts, 'native.jsonl');
    const logFile = join(scripts, 'logs', 'replay.log');
    const script = join(scripts, 'replay.mjs');
    writeFileSync(log, '');
    const process = await startProcess({
      name: 'replay',
      command: globalThis.process.execPath,
      args: [script, '--cases', cases, '--port', String(port), '--log', log, '--quiet'],
      mark: script,
      cwd: scripts,
      env: {},
      logFile,
      pidFile: join(scripts, 'run', 'replay.pid'),
      stopSignal: 'SIGTERM',
    });
    const replay = new Replay(`http://127.0.0.1:${port}`, log, logFile, process);
    await waitUntilReady(process, logFile, () => replay.answers());
    return replay;
  }

  /** Ids of the recordings that were asked for in a variant. */
  reached(variant: string): Set<string> {
    return new Set(this.linesOf(variant).flatMap(({ request }) => request.case ?? []));
  }

  /**
   * The requests of one variant, for check-native.mjs: it looks for what the client asked, and knows the marks of the
   * recordings without the variant that the client adds to them.
   */
  writeRequests(variant: string, file: string): void {
    const lines = this.linesOf(variant).map(({ line }) => line.replaceAll(`;${variant}]]`, ']]'));
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  }

  /** @throws Error when the server is gone: what was asked of it since then proves nothing */
  assertRunning(): void {
    if (!this.process.hasEnded()) return;
    throw new Error(`the replay server ended by itself:\n${lastLines(this.logFile)}`);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  private linesOf(variant: string): { line: string; request: ReplayedRequest }[] {
    const wanted = new URLSearchParams(variant.replaceAll(';', '&'));
    wanted.sort();
    return readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ line, request: JSON.parse(line) as ReplayedRequest }))
      .filter(({ request }) => {
        const options = new URLSearchParams(request.variant ?? {});
        options.sort();
        return options.toString() === wanted.toString();
      });
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}
