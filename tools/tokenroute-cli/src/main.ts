import { readAddresses } from './config.js';
import { runCommandLine } from './run-command-line.js';

// Set, not called: process.exit would cut off what a pipe has not taken yet.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  addresses: await readAddresses(),
  output: process.stdout,
  messages: process.stderr,
});
