import { type Command, CommanderError } from 'commander';

export interface ToolContext {
  /** Aborted by Ctrl-C and by kill: what was started is to be ended. */
  signal: AbortSignal;
  print: (text: string) => void;
}

/** @returns whether all is as it should be */
export type ToolRun<Options> = (options: Options, context: ToolContext) => Promise<boolean>;

/** Runs a tool with the arguments of this process, which ends with it. */
export async function runTool<Options extends object>(
  command: Command,
  run: ToolRun<Options>,
): Promise<never> {
  const interrupted = new AbortController();
  // Kept for good: a second Ctrl-C must not kill the process that is busy ending the others.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort());
  const context = {
    signal: interrupted.signal,
    print: (text: string) => void process.stdout.write(`${text}\n`),
  };
  process.exit(await exitCodeOf(command, process.argv.slice(2), run, context));
}

/** 0: all is as it should be; 1: it is not; 2: the arguments are not usable, or the tool itself failed. */
export async function exitCodeOf<Options extends object>(
  command: Command,
  args: readonly string[],
  run: ToolRun<Options>,
  context: ToolContext,
): Promise<0 | 1 | 2> {
  let options: Options;
  try {
    options = command.exitOverride().parse(args, { from: 'user' }).opts<Options>();
  } catch (error) {
    // Commander has said what is wrong. Its code of 0 is that of --help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  try {
    return (await run(options, context)) ? 0 : 1;
  } catch (error) {
    context.print(context.signal.aborted ? '✘ interrupted' : `✘ ${(error as Error).stack}`);
    return 2;
  }
}
