import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askTcp } from './ask-tcp.js';
import { wantedOrFreePort } from './free-port.js';
import { startProcess } from './local-process.js';
import type { LocalServer, StartOptions } from './server.js';
import type { ServerBinaries } from './server-binaries.js';
import { waitUntilReady } from './wait-until-ready.js';

const processIdLine = /process_id:(\d+)\r/;

/** Starts Redis on a free port of 127.0.0.1. Without persistence: nothing in it is the truth about anything. */
export async function startRedis(
  binaries: ServerBinaries,
  origin: LocalServer['origin'],
  options: StartOptions,
): Promise<LocalServer> {
  const { folders, preferredPort } = options;
  const port = await wantedOrFreePort(preferredPort);
  const dataFolder = join(folders.data, 'redis');
  mkdirSync(dataFolder, { recursive: true });
  const logFile = join(folders.logs, 'redis.log');
  const redis = await startProcess({
    name: 'Redis',
    command: join(binaries.folder, 'redis-server'),
    args: [
      ...[
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        dataFolder,
        '--save',
        '',
        '--appendonly',
        'no',
      ],
      // Otherwise Redis overwrites its command line, and the mark with it (needs Redis 6.2).
      ...['--set-proc-title', 'no'],
    ],
    mark: `--dir ${dataFolder}`,
    cwd: dataFolder,
    env: { PATH: binaries.folder, ...(binaries.libraryPath && { LD_LIBRARY_PATH: binaries.libraryPath }) },
    logFile,
    pidFile: join(folders.run, 'redis.pid'),
    stopSignal: 'SIGTERM',
  });
  let version: string | undefined;
  try {
    await waitUntilReady(redis, logFile, async () => {
      version = await versionOfOurRedis(port, redis.pid);
      return version !== undefined;
    });
  } catch (error) {
    await redis.stop();
    throw error;
  }
  return {
    name: 'redis',
    title: `Redis ${version}`,
    origin,
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: redis.pid,
    logFile,
    ended: redis.ended,
    stop: () => redis.stop(),
  };
}

/** Undefined until it answers; throws when what answers is another process. */
async function versionOfOurRedis(port: number, ourPid: number): Promise<string | undefined> {
  const info = await askTcp(port, 'INFO server\r\n', processIdLine);
  if (info === undefined) return undefined;
  const pid = Number(processIdLine.exec(info)?.[1]);
  if (pid !== ourPid) throw new Error(`another Redis, process ${pid}, answers on our port ${port}`);
  return /redis_version:(\d+)/.exec(info)?.[1] ?? '';
}
