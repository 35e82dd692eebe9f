import { type Charge, type KeyLimits, SlidingWindow, type Verdict } from './sliding-window.js';

/** The windows of this process, by key; the one longest unused gives way when there are too many. */
export class LocalWindows {
  private readonly windows = new Map<string, SlidingWindow>();

  constructor(
    private readonly maxKeys: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  take(keyId: string, limits: KeyLimits, charge: Charge): Verdict {
    return this.windowOf(keyId).take(limits, charge, this.nowMs());
  }

  /** Keeps in mind what was admitted elsewhere. @returns where it was charged */
  add(keyId: string, charge: Charge): number {
    return this.windowOf(keyId).add(charge, this.nowMs());
  }

  correct(keyId: string, second: number, tokensDelta: number): void {
    this.windows.get(keyId)?.correct(second, tokensDelta);
  }

  private windowOf(keyId: string): SlidingWindow {
    const window = this.windows.get(keyId) ?? new SlidingWindow();
    // Deleted first, so that the map's order is the order of use.
    this.windows.delete(keyId);
    this.windows.set(keyId, window);
    if (this.windows.size > this.maxKeys) this.windows.delete(this.windows.keys().next().value!);
    return window;
  }
}
