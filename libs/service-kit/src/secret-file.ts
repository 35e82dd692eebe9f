import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError } from './load-config.js';
import type { Logger } from './logger.js';
import { meter } from './metrics.js';

export interface SecretFileOptions<Value> {
  /** The variable that names the file. What is in the file is in no message. */
  variable: string;
  path: string;
  /** @throws ConfigError for what is not usable, in words that quote nothing */
  read: (text: string) => Value;
  logger: Logger;
}

const reloads = meter.createCounter('tokenroute.secret_file.reloads', {
  description: 'Changed files of secrets that were read, and what became of them',
});
const refusedFiles = meter.createObservableGauge('tokenroute.secret_file.refused', {
  description: '1 while the file as it is cannot be used and what was in it before is',
});

const lookIntervalMs = 5_000;

/**
 * A file of secrets that may be replaced while the service runs. It is read again and again rather than watched: an orchestrator
 * swaps a link above it, of which no event tells. What cannot be used changes nothing.
 */
export class SecretFile<Value> {
  private text: string;
  private current: Value;
  /** The file that was refused last, so that it is told once. */
  private refused: string | null = null;
  private isLooking = false;
  private onChange: ((value: Value) => void) | undefined;

  /** @throws ConfigError naming the variable */
  constructor(private readonly options: SecretFileOptions<Value>) {
    try {
      this.text = readFileSync(options.path, 'utf8');
    } catch (error) {
      throw unreadable(options.variable, error);
    }
    this.current = options.read(this.text);
    refusedFiles.addCallback((result) =>
      result.observe(this.refused === null ? 0 : 1, { variable: options.variable }),
    );
  }

  get value(): Value {
    return this.current;
  }

  /** Looks at the file every few seconds, which keeps no process alive. */
  follow(onChange?: (value: Value) => void): this {
    this.onChange = onChange;
    setInterval(() => void this.look(), lookIntervalMs).unref();
    return this;
  }

  /** Takes over what is in the file now. Never throws. */
  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    let text = '';
    try {
      text = await readFile(this.options.path, 'utf8').catch((error: unknown) => {
        throw unreadable(this.options.variable, error);
      });
      if (text !== this.text) this.use(text, this.options.read(text));
      this.refused = null;
    } catch (error) {
      this.refuse(text, error);
    } finally {
      this.isLooking = false;
    }
  }

  private use(text: string, value: Value): void {
    const { variable, logger } = this.options;
    this.text = text;
    this.current = value;
    this.onChange?.(value);
    reloads.add(1, { variable, outcome: 'used' });
    logger.info({ variable }, 'secret file: changed, and in use');
  }

  private refuse(text: string, error: unknown): void {
    if (this.refused === text) return;
    this.refused = text;
    const { variable, logger } = this.options;
    // Only our own words: another error's may quote what it stumbled over.
    const problem = error instanceof ConfigError ? error.message : (error as Error).name;
    reloads.add(1, { variable, outcome: 'refused' });
    logger.error({ variable, problem }, 'secret file: cannot be used, what was in it before is');
  }
}

function unreadable(variable: string, error: unknown): ConfigError {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return new ConfigError(`${variable}: its file cannot be read (${code})`);
}
