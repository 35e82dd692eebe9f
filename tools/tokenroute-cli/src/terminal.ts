import type { Writable } from 'node:stream';
import type { Services } from './services.js';

/** What a command works with: the services, and the two streams it may write to. */
export interface Terminal {
  services: Services;
  /** The result: `json` when --json was given, `lines` otherwise. Goes to standard output. */
  print(json: object, lines: string[]): void;
  /** For a result that is written piece by piece. */
  output: Writable;
  /** A word to the person, apart from the result. Goes to standard error. */
  say(message: string): void;
}

export interface TerminalStreams {
  output: Writable;
  messages: Writable;
}

export function createTerminal(
  services: Services,
  streams: TerminalStreams,
  wantsJson: () => boolean,
): Terminal {
  return {
    services,
    output: streams.output,
    print: (json, lines) => {
      streams.output.write(
        wantsJson() ? `${JSON.stringify(json, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''),
      );
    },
    say: (message) => {
      streams.messages.write(`${message}\n`);
    },
  };
}
