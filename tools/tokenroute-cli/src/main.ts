import { CommandFailure } from './command-failure.js';
import { readAddresses } from './config.js';
import { runCommandLine } from './run-command-line.js';

// Set, not called: process.exit would cut off what a pipe has not taken yet.
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const addresses = await readAddresses();
    return await runCommandLine(process.argv.slice(2), {
      addresses,
      output: process.stdout,
      messages: process.stderr,
    });
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
