import { Injectable } from '@nestjs/common';

/**
 * The end of a service, for those who have more to do about it than Nest's shutdown hooks, which run in between: `begin`
 * when it was asked to end and goes on taking work for a moment, `timeUp` when what is under way may take no longer.
 */
@Injectable()
export class Ending {
  private readonly beginListeners: (() => void)[] = [];
  private readonly lasting: (() => Promise<unknown>)[] = [];
  private readonly timeUpListeners: (() => void)[] = [];
  private hasBegun = false;

  get begun(): boolean {
    return this.hasBegun;
  }

  /** @param listener tells whoever is connected to go elsewhere */
  onBegin(listener: () => void): void {
    this.beginListeners.push(listener);
  }

  /** @param listener ends what is under way, so that those who wait for it learn of its end */
  onTimeUp(listener: () => void): void {
    this.timeUpListeners.push(listener);
  }

  /**
   * @param finished resolves when streams over gRPC that last for more than seconds are over. Only then are its clients told
   * to go (GOAWAY): a connection that was told so answers no keep-alive ping any more, and breaks with what is on it.
   */
  waitFor(finished: () => Promise<unknown>): void {
    this.lasting.push(finished);
  }

  async finished(): Promise<void> {
    await Promise.all(this.lasting.map((finished) => finished()));
  }

  begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    for (const listener of this.beginListeners) listener();
  }

  timeUp(): void {
    for (const listener of this.timeUpListeners) listener();
  }
}
