import { userInfo } from 'node:os';
import type { Command } from 'commander';

/** Adds `--operator`: the name that the record of changes gets. */
export function withOperatorOption(command: Command): Command {
  return command.option('--operator <name>', 'who makes the change, for the record of changes', userName());
}

/** The user this process runs as; a container's may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
