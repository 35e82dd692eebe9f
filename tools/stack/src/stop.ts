import { waitUntilGone } from '@tokenroute/local-servers';
import { endLeftovers } from './bring-up.js';
import type { StackConfig } from './config.js';
import type { Progress } from './progress.js';
import { supervisor } from './supervisor-lock.js';

// Services drain their requests, then PostgreSQL writes its last checkpoint.
const timeoutMs = 60_000;

/** Ends the running system and waits for it, or what is left of one whose supervisor was killed. */
export async function stopStack(config: StackConfig, progress: Progress): Promise<number> {
  const pid = supervisor(config.folder)?.pid;
  const begin = Date.now();
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    if (!(await waitUntilGone(pid, timeoutMs))) {
      progress.failed(`process ${pid} does not end. Log: ${config.folder}/logs/supervisor.log`);
      return 1;
    }
  }
  const leftovers = await endLeftovers(config.folder);
  if (leftovers.length > 0) progress.done(`ended what was left: ${leftovers.join(', ')}`, Date.now() - begin);
  if (pid === undefined && leftovers.length === 0)
    progress.say('Nothing to stop: tokenroute is not running here.');
  else progress.done('stopped', Date.now() - begin);
  return 0;
}
