/** Tells a person what happens: on the terminal, and to the process that waits for a detached start. */
export class Progress {
  constructor(private readonly listener?: (line: string) => void) {}

  say(line: string): void {
    process.stdout.write(`${line}\n`);
    this.listener?.(line);
  }

  done(what: string, elapsedMs: number): void {
    this.say(`✔ ${what} (${inSeconds(elapsedMs)})`);
  }

  failed(what: string): void {
    this.say(`✘ ${what}`);
  }

  /** Something that happened after the start: carries the time, since nobody was watching. */
  event(what: string): void {
    this.say(`${new Date().toISOString()} ${what}`);
  }

  async step<Result>(
    what: string | ((result: Result) => string),
    work: () => Promise<Result>,
  ): Promise<Result> {
    const begin = Date.now();
    const result = await work();
    this.done(typeof what === 'string' ? what : what(result), Date.now() - begin);
    return result;
  }
}

export function inSeconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}
