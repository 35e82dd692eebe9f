/** What the process's exit code tells the caller; part of the tool's public face, like its option names. */
export const exitCodes = {
  ok: 0,
  checkFailed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  refused: 5,
  serviceFailed: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A command that cannot be done; the message is for the person at the terminal. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
