import type { KeyVerdict } from './key-cache.js';

/** Well within the time for which a verdict is still good when it is asked for again. */
const gatherMs = 1_000;
/** Of one question: what auth takes. */
const maxDigests = 1_000;

/**
 * Asks about keys in use before what is known of them grows old. Nobody waits for the answers, so questions gather: a
 * thousand busy keys cost auth one question a second and not hundreds.
 */
export class KeyRefreshes {
  private due = new Map<string, Buffer>();
  /** Those that auth was asked about and has not answered yet. */
  private readonly asked = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param fetchVerdicts one for each digest, in order
   * @param learn takes a verdict and when auth was asked for it
   */
  constructor(
    private readonly fetchVerdicts: (digests: Buffer[]) => Promise<KeyVerdict[]>,
    private readonly learn: (id: string, verdict: KeyVerdict, askedAtMs: number) => void,
  ) {}

  add(id: string, digest: Buffer): void {
    if (this.asked.has(id)) return;
    this.due.set(id, digest);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.askForAll();
    }, gatherMs);
  }

  /** What auth answers to a question that was asked before may be older than what the caller knows. */
  forget(id: string): void {
    this.due.delete(id);
    this.asked.delete(id);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private askForAll(): void {
    const due = [...this.due];
    this.due.clear();
    for (let start = 0; start < due.length; start += maxDigests)
      void this.ask(due.slice(start, start + maxDigests));
  }

  private async ask(keys: [id: string, digest: Buffer][]): Promise<void> {
    const askedAtMs = performance.now();
    for (const [id] of keys) this.asked.add(id);
    // A failure is for the request that finds its key's verdict stale.
    const verdicts = await this.fetchVerdicts(keys.map(([, digest]) => digest)).catch(() => []);
    for (const [index, [id]] of keys.entries()) {
      const verdict = verdicts[index];
      if (this.asked.delete(id) && verdict) this.learn(id, verdict, askedAtMs);
    }
  }
}
