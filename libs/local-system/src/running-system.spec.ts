import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow, isRunning } from '@tokenroute/local-servers';
import { freePorts } from './choose-ports.js';
import { isReady } from './running-service.js';
import { RunningSystem, type SystemOptions } from './running-system.js';
import type { ServiceDefinition } from './service-table.js';

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'running-system-'));
  writeFileSync(join(repository, 'package.json'), '{"type":"module"}');
});

afterEach(async () => {
  await endLeftoversBelow(repository);
  rmSync(repository, { recursive: true, force: true });
});

const readyService = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end(process.env.GREETING));
  server.listen(Number(process.env.PORT), process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

function service(name: string, stage: 1 | 2, script = readyService): ServiceDefinition {
  mkdirSync(join(repository, name, 'dist'), { recursive: true });
  writeFileSync(join(repository, name, 'dist', 'main.js'), script);
  return {
    name,
    folder: name,
    ports: { http: { variable: 'UNUSED', default: 0 } },
    stage,
    environment: () => ({ GREETING: name }),
  };
}

async function system(
  table: ServiceDefinition[],
  change: Partial<SystemOptions> = {},
): Promise<RunningSystem> {
  return new RunningSystem({
    repository,
    folder: join(repository, '.system'),
    databaseUrl: 'postgresql://unused',
    natsUrl: '',
    redisUrl: '',
    providers: [],
    ports: await freePorts(table),
    environment: {},
    keepAlive: false,
    table,
    ...change,
  });
}

test('services start by stages, answer at their addresses and are gone after the stop', async () => {
  const ready: string[] = [];
  const running = await system([service('late', 2), service('early', 1)], {
    onReady: ({ name }) => ready.push(name),
  });
  await running.start();
  expect(ready).toEqual(['early', 'late']);
  const { http } = running.addresses('late');
  expect(await (await fetch(http)).text()).toBe('late');
  const pids = running.names.map((name) => running.service(name).pid!);
  await running.stop();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(await isReady(http)).toBe(false);
});

test('what one service is told beside the table reaches it alone', async () => {
  const running = await system([service('a', 1), service('b', 1)], {
    overrides: { a: { GREETING: 'changed' } },
  });
  await running.start();
  const greeting = async (name: string) => (await fetch(running.addresses(name).http)).text();
  expect([await greeting('a'), await greeting('b')]).toEqual(['changed', 'b']);
  await running.stop();
});

test('one service that cannot start ends them all, and the error shows its log', async () => {
  const broken = service('broken', 2, 'console.error("no way"); process.exit(4)');
  const running = await system([service('good', 1), broken]);
  await expect(running.start()).rejects.toThrow(
    /broken ended with exit code 4. Log: .*broken\.log[\s\S]*no way/,
  );
  expect(running.service('good').pid).toBeUndefined();
});

test('a killed service that is kept alive comes back at its address with a new process', async () => {
  const events: string[] = [];
  let back = () => {};
  const isBack = new Promise<void>((resolve) => (back = resolve));
  const running = await system([service('phoenix', 1)], {
    keepAlive: true,
    onEvent: (event) => {
      events.push(event);
      if (event.includes('ready again')) back();
    },
  });
  await running.start();
  const former = running.service('phoenix').pid;
  const pidFile = join(repository, '.system', 'run', 'phoenix.pid');
  process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  await isBack;
  expect(events[0]).toBe('phoenix ended (signal SIGKILL), starting it again in 250 ms');
  expect(running.service('phoenix').pid).not.toBe(former);
  expect(Number(readFileSync(pidFile, 'utf8'))).toBe(running.service('phoenix').pid);
  expect(await isReady(running.addresses('phoenix').http)).toBe(true);
  await running.stop();
});

test('a service that keeps dying is retried at growing intervals, and a stop ends that', async () => {
  const marker = join(repository, 'dies');
  const script = `import { existsSync } from 'node:fs'; if (existsSync(${JSON.stringify(marker)})) process.exit(1);${readyService}`;
  const waits: string[] = [];
  let third = () => {};
  const threeTimes = new Promise<void>((resolve) => (third = resolve));
  const running = await system([service('sick', 1, script)], {
    keepAlive: true,
    onEvent: (event) => {
      const wait = /in (\d+) ms/.exec(event)?.[1];
      if (wait !== undefined) waits.push(wait);
      if (waits.length === 3) third();
    },
  });
  await running.start();
  writeFileSync(marker, '');
  await running.service('sick').kill('SIGKILL');
  await threeTimes;
  await running.stop();
  expect(waits).toEqual(['250', '500', '1000']);
  expect(running.service('sick').pid).toBeUndefined();
});

test('a killed service stays down until it is restarted when nobody keeps it alive', async () => {
  const running = await system([service('mortal', 1)]);
  await running.start();
  const mortal = running.service('mortal');
  await mortal.kill('SIGKILL');
  expect(mortal.pid).toBeUndefined();
  await mortal.restart();
  expect(await isReady(running.addresses('mortal').http)).toBe(true);
  await running.stop();
});

test('services left by a killed supervisor are found and ended', async () => {
  const running = await system([service('orphan', 1)]);
  await running.start();
  const pid = running.service('orphan').pid!;
  expect(await endLeftoversBelow(join(repository, '.system'))).toEqual(['orphan']);
  expect(isRunning(pid)).toBe(false);
});
