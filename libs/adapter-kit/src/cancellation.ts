/**
 * Something that can be called off, once. An AbortSignal costs more processor time than all else a short completion needs of
 * us; whoever must hand one on gets it from `signal`.
 */
export class Cancellation {
  /** An array as long as it must be, not a set: each open stream has three of these. */
  private listeners: (() => void)[] | null = null;
  private controller: AbortController | null = null;
  private over = false;
  private why: unknown;

  get aborted(): boolean {
    return this.over;
  }

  /** What it was aborted with. */
  get reason(): unknown {
    return this.why;
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.over) this.controller.abort(this.why);
    }
    return this.controller.signal;
  }

  abort(reason: unknown = new Error('called off')): void {
    if (this.over) return;
    this.over = true;
    this.why = reason;
    this.controller?.abort(reason);
    const { listeners } = this;
    this.listeners = null;
    for (const listener of listeners ?? []) listener();
  }

  /** @param listener is called once, and now if it is called off already */
  onAbort(listener: () => void): void {
    if (this.over) listener();
    else this.listeners = this.listeners ? [...this.listeners, listener] : [listener];
  }

  offAbort(listener: () => void): void {
    this.listeners = this.listeners?.filter((other) => other !== listener) ?? null;
  }

  throwIfAborted(): void {
    if (this.over) throw this.why;
  }
}
