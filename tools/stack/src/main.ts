import { readConfig } from './config.js';
import { startDetached, type SupervisorMessage } from './detached-start.js';
import { lostParent } from './lost-parent.js';
import { Progress } from './progress.js';
import { stopStack } from './stop.js';
import { supervise } from './supervise.js';

const usage = 'usage: start [--detach] | stop';

process.exit(await run(process.argv.slice(2)));

function run([command, ...options]: string[]): Promise<number> {
  const config = readConfig();
  const unknown = options.find((option) => option !== '--detach');
  if (unknown !== undefined) return refuse(`unknown option ${unknown}`);
  switch (command) {
    case 'start':
      return options.includes('--detach') ? startDetached(config) : superviseHere();
    case 'supervise':
      return superviseDetached();
    case 'stop':
      return stopStack(config, new Progress());
    default:
      return refuse(`unknown command ${command}`);
  }
}

function superviseHere(): Promise<number> {
  const config = readConfig();
  return supervise(config, {
    progress: new Progress(),
    endRequested: config.isRunByNpm ? Promise.race([firstSignal(), lostParent()]) : firstSignal(),
    closingHint: 'Ctrl-C ends it.',
  });
}

/** The process behind --detach: tells the one who waits for it how the start goes, then goes on alone. */
function superviseDetached(): Promise<number> {
  const send = (message: SupervisorMessage) => process.connected && process.send?.(message);
  let isReady = false;
  const abandoned = new Promise<string>((resolve) => {
    process.once('disconnect', () => isReady || resolve('nobody waits any more'));
  });
  return supervise(readConfig(), {
    progress: new Progress((line) => void send({ line })),
    endRequested: Promise.race([firstSignal(), abandoned]),
    closingHint: 'It goes on in the background; npm stop ends it.',
    onReady: () => {
      isReady = true;
      send({ ready: true });
    },
  });
}

function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    // Kept for good: a second Ctrl-C must not kill the process that is busy ending the others.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}

function refuse(why: string): Promise<number> {
  process.stderr.write(`${why}; ${usage}\n`);
  return Promise.resolve(2);
}
