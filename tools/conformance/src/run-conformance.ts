import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { adaptedProviders, providers } from '@tokenroute/local-system';
import {
  setUpTestServers,
  startSystem,
  tearDownTestServers,
  testServers,
  type TestSystem,
} from '@tokenroute/testing';
import type { ConformanceFolder } from './conformance-folder.js';
import { readExceptions } from './exceptions.js';
import { judge, type NativeFinding, type VariantRun, type Verdict } from './judge.js';
import { Replay } from './replay.js';
import { checkRequests, runCases, type RunOptions, type Scripts } from './run-scripts.js';
import { prepareScripts } from './scratch-scripts.js';
import { titleOf, type Variant } from './variants.js';

export interface ConformanceOptions {
  recordings: ConformanceFolder;
  variants: readonly Variant[];
  /** Only the recordings of one provider, or whose id contains a text. */
  provider?: string;
  id?: string;
  /** Takes reports and logs. */
  outputFolder: string;
  signal: AbortSignal;
  log: (line: string) => void;
}

/** Long enough for a busy machine, short enough to wait for a silent provider hundreds of times. */
const patience = { FIRST_BYTE_TIMEOUT_MS: '5000', IDLE_TIMEOUT_MS: '5000' };

const balanceUsd = '1000000';

/** Starts the product between the recordings and a client, runs every variant, ends all it started. */
export async function runConformance(options: ConformanceOptions): Promise<Verdict> {
  mkdirSync(options.outputFolder, { recursive: true });
  // A report of an earlier run must not pass for one of this run; whatever else is there is not ours.
  for (const name of readdirSync(options.outputFolder)) {
    if (/^report .*\.json$/.test(name)) rmSync(join(options.outputFolder, name));
  }
  const undo: (() => Promise<unknown>)[] = [tearDownTestServers];
  try {
    await setUpTestServers();
    const { recordings, signal } = options;
    const folder = join(testServers().folder, 'conformance');
    const scripts: Scripts = { recordings, signal, folder: await prepareScripts(recordings.scripts, folder) };
    undo.push(async () => keepFiles(options.outputFolder));
    const replay = await Replay.start(folder, recordings.cases);
    undo.push(() => replay.stop());
    const system = await startSystem({
      providers: [...adaptedProviders],
      providerEnvironment: baseUrls(replay.url),
      environment: Object.fromEntries(adaptedProviders.map((name) => [`adapter-${name}`, patience])),
    });
    undo.push(() => system.stop());
    return await runAll(options, scripts, replay, await customerOf(system));
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** The forms in which the providers' own SDKs take their base URL: the replay server and the simulator agree on them. */
function baseUrls(replayUrl: string): Record<string, string> {
  return Object.fromEntries(
    providers.map(({ baseUrlVariable, simulatorPath }) => [baseUrlVariable, replayUrl + simulatorPath]),
  );
}

async function customerOf(system: TestSystem): Promise<Pick<RunOptions, 'baseUrl' | 'key'>> {
  const accountId = await system.createAccount(balanceUsd);
  const { secret } = await system.createKey(accountId);
  return { baseUrl: system.baseUrl, key: secret };
}

async function runAll(
  options: ConformanceOptions,
  scripts: Scripts,
  replay: Replay,
  customer: Pick<RunOptions, 'baseUrl' | 'key'>,
): Promise<Verdict> {
  const runs: VariantRun[] = [];
  let native: NativeFinding[] | undefined;
  for (const variant of options.variants) {
    options.log(`${titleOf(variant)}: ${variant.shows}`);
    const begin = performance.now();
    const { provider, id } = options;
    const results = await runCases(scripts, variant, { ...customer, provider, id });
    replay.assertRunning();
    if (results.length === 0) throw new Error('no recording fits what was asked for');
    const seconds = (performance.now() - begin) / 1_000;
    runs.push({ variant, results, reached: replay.reached(variant.name), seconds });
    if (native === undefined) {
      // The same requests go out in every variant: the first one's are looked at.
      const requests = join(scripts.folder, 'requests.jsonl');
      replay.writeRequests(variant.name, requests);
      native = await checkRequests(scripts, requests);
    }
  }
  return judge(runs, native, readExceptions());
}

/** Reports, requests and the services' logs, out of the folder that goes away. */
function keepFiles(outputFolder: string): void {
  const { folder } = testServers();
  for (const name of readdirSync(join(folder, 'conformance'))) {
    if (/\.jsonl?$/.test(name) && name !== 'package.json') {
      cpSync(join(folder, 'conformance', name), join(outputFolder, name));
    }
  }
  for (const name of readdirSync(folder)) {
    const logs = join(folder, name, 'logs');
    if (existsSync(logs)) cpSync(logs, join(outputFolder, 'logs'), { recursive: true });
  }
}
