import { join } from 'node:path';
import { banner } from './banner.js';
import { bringUp, endLeftovers } from './bring-up.js';
import type { StackConfig } from './config.js';
import { devEnvFile } from './dev-env.js';
import { inSeconds, type Progress } from './progress.js';
import { announceReady, type Holder, releaseSupervisorLock, takeSupervisorLock } from './supervisor-lock.js';

export interface SupervisorOptions {
  progress: Progress;
  /** Resolves when somebody wants the system to end: a signal, or the one who waits for the start being gone. */
  endRequested: Promise<string>;
  /** Once it answers. */
  onReady?: () => void;
  closingHint?: string;
}

/** Brings the system up, keeps it going until the end is asked for, takes it down. Gives back the exit code. */
export async function supervise(config: StackConfig, options: SupervisorOptions): Promise<number> {
  const { progress, endRequested } = options;
  const { folder } = config;
  const holder = takeSupervisorLock(folder);
  if (holder !== undefined) {
    return sayAlreadyRunning(folder, holder, options);
  }
  const begin = Date.now();
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const up = bringUp(config, progress, (work) => undo.push(work));
    // When the end comes first, what the start still does or fails at is of no interest.
    up.catch(() => undefined);
    const first = await Promise.race([up, endRequested]);
    if (typeof first === 'string') {
      progress.say(`${first} during the start: ending`);
      return 130;
    }
    progress.say(`✔ ready (${inSeconds(Date.now() - begin)})`);
    progress.say(banner(first.env, first.providers, join(folder, 'logs'), devEnvFile(folder)));
    announceReady(folder, first.env.TOKENROUTE_BASE_URL!);
    if (options.closingHint !== undefined) progress.say(options.closingHint);
    options.onReady?.();
    progress.say(`${await endRequested}: ending services, then servers`);
    return 0;
  } catch (error) {
    progress.failed(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    const beginOfEnd = Date.now();
    for (const step of undo.reverse()) await step().catch((error: unknown) => progress.failed(String(error)));
    // What was just being started when the end was asked for is not in the list yet.
    await endLeftovers(folder);
    releaseSupervisorLock(folder);
    progress.done('everything that was started has ended', Date.now() - beginOfEnd);
  }
}

/** Success only when the one that runs already answers: whoever asked for a start can go on then. */
function sayAlreadyRunning(folder: string, { pid, baseUrl }: Holder, options: SupervisorOptions): number {
  if (baseUrl === undefined) {
    options.progress.failed(`tokenroute is already being started by process ${pid}. npm stop ends it.`);
    return 1;
  }
  options.progress.say(
    `tokenroute is already running as process ${pid} at ${baseUrl} (${devEnvFile(folder)}). npm stop ends it.`,
  );
  options.onReady?.();
  return 0;
}
