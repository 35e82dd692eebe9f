/**
 * Does a piece of work over and over: at once while there is more of it, else after a pause or when somebody says that there
 * is something to do. A failure is told and waited out.
 */
export class PollingLoop {
  private ended = false;
  private kicked = false;
  private wake: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();

  /** @param work does one piece; @returns whether there may be more */
  constructor(
    private readonly work: () => Promise<boolean>,
    private readonly intervalMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** There is something to do now. */
  kick(): void {
    this.kicked = true;
    this.wake?.();
  }

  /** Resolves after the piece under way. */
  async stop(): Promise<void> {
    this.ended = true;
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      this.kicked = false;
      if (!(await this.tryWork())) await this.pause();
    }
  }

  private async tryWork(): Promise<boolean> {
    try {
      return await this.work();
    } catch (error) {
      this.onFailure(error);
      return false;
    }
  }

  private async pause(): Promise<void> {
    if (this.ended || this.kicked) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.intervalMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
