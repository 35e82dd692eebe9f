import { runCommandLine } from './run-command-line.js';

const interrupted = new AbortController();
// Kept for good: a second Ctrl-C must not kill the process that is busy ending the others.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

process.exit(await runCommandLine(process.argv.slice(2), interrupted.signal, console.log));
