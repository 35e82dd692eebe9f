import { existsSync, readFileSync, renameSync } from 'node:fs';
import { NatsConnectionImpl } from '@nats-io/nats-core/internal';
import pg from 'pg';
import { crashTrapFile } from './config.js';
import { type CrashTrap, sprungSuffix } from './trapped-service.js';

/*
 * Loaded into a service before its own code (NODE_OPTIONS=--import): kills the process, as kill -9 does, at one exact
 * moment of a write. Set by putting a file where CRASH_TRAP_FILE says; the file is renamed when the trap springs, so that
 * it springs once and its springing can be proven.
 */

const file = crashTrapFile();
let met = 0;

function springs(at: string): CrashTrap['moment'] | null {
  if (file === undefined || !existsSync(file)) return null;
  const trap = JSON.parse(readFileSync(file, 'utf8')) as CrashTrap;
  if (trap.at !== at) return null;
  met += 1;
  return met === trap.occurrence ? trap.moment : null;
}

function die(): void {
  renameSync(file!, `${file!}${sprungSuffix}`);
  process.kill(process.pid, 'SIGKILL');
}

type Method = (...args: unknown[]) => unknown;

/** Makes a method that sends something and answers by callback or promise fall into the trap. */
function watch(prototype: object, name: string, whatOf: (args: unknown[]) => string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name]!;
  methods[name] = function (this: unknown, ...args: unknown[]) {
    const moment = springs(whatOf(args));
    if (moment === 'before') die();
    const callback = args.at(-1);
    const answersByCallback = typeof callback === 'function';
    if (moment === 'answered' && answersByCallback) args[args.length - 1] = die;
    const answer = original.apply(this, args);
    if (moment === 'sent') die();
    // The first to hear of it: whoever asked hears of it after this.
    if (moment === 'answered' && !answersByCallback) void (answer as Promise<unknown>).then(die, die);
    return answer;
  };
}

if (file !== undefined) {
  watch(pg.Client.prototype, 'query', ([query]) => (query as { name?: string }).name ?? String(query));
  watch(NatsConnectionImpl.prototype, 'request', ([subject]) => String(subject));
}
