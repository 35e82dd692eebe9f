/** Runs checks one after the other and counts. A check that fails does not keep the next from running. */
export class Checks {
  private passed = 0;
  private failed = 0;

  /**
   * @param filter only checks whose title contains it
   * @param signal no further check once aborted
   */
  constructor(
    private readonly filter: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @param title client, model and what is promised */
  async check(title: string, work: () => Promise<void> | void): Promise<void> {
    if (this.signal.aborted || !title.includes(this.filter)) return;
    try {
      await inTime(work);
      this.passed += 1;
      console.log(`✔ ${title}`);
    } catch (error) {
      this.failed += 1;
      console.log(`✘ ${title}\n${describe(error)}`);
    }
  }

  /** Something between the checks failed. */
  broke(error: unknown): void {
    this.failed += 1;
    console.log(`✘ the checks came to an early end\n${describe(error)}`);
  }

  get succeeded(): boolean {
    return this.passed > 0 && this.failed === 0 && !this.signal.aborted;
  }

  get closingLine(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

const checkTimeoutMs = 10_000;

async function inTime(work: () => Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The message, and the answer that a client library hangs on its errors. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return indented(String(error));
  const { responseBody, error: body } = error as { responseBody?: unknown; error?: unknown };
  const answer = responseBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const cause = error.cause instanceof Error ? `\ncause: ${error.cause.message}` : '';
  return indented(
    `${error.name}: ${error.message}${cause}${answer === undefined ? '' : `\nanswer: ${String(answer)}`}`,
  );
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ');
}
