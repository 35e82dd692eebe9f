import type { Socket } from 'node:net';
import type { LinkCondition } from './link-condition.js';

const throttleStepMs = 50;

/** One connection over a link: passes bytes both ways as the link's condition says, backpressure included. */
export class LinkConnection {
  private far: Socket | null = null;
  private over = false;
  /** What the condition `cut` still lets through. */
  private bytesLeft = Number.POSITIVE_INFINITY;
  private wake: (() => void)[] = [];
  private ended: () => void = () => undefined;

  constructor(
    private readonly near: Socket,
    private readonly connectFar: () => Socket,
    private condition: LinkCondition,
  ) {
    near.on('error', () => this.break());
    near.on('close', () => this.break());
    this.become(condition);
    void this.open();
  }

  onEnd(listener: () => void): void {
    this.ended = listener;
    if (this.over) listener();
  }

  become(condition: LinkCondition): void {
    const wasHalfOpen = this.condition.kind === 'half-open' && this.condition !== condition;
    this.condition = condition;
    this.bytesLeft = condition.kind === 'cut' ? condition.afterBytes : Number.POSITIVE_INFINITY;
    // Whoever was kept in the dark learns it now.
    if (wasHalfOpen) this.break();
    else if (condition.kind === 'half-open') this.far?.destroy();
    for (const wake of this.wake.splice(0)) wake();
  }

  /** Both ends see a reset. */
  break(): void {
    if (this.over) return;
    this.over = true;
    for (const socket of [this.near, this.far]) {
      if (socket && !socket.destroyed) socket.resetAndDestroy();
    }
    for (const wake of this.wake.splice(0)) wake();
    this.ended();
  }

  private async open(): Promise<void> {
    // A link into nowhere does not get as far as the other end.
    while (!this.over && this.isSilent()) await this.changed();
    if (this.over) return;
    const far = this.connectFar();
    this.far = far;
    far.on('error', () => this.farIsGone());
    far.on('close', () => this.farIsGone());
    this.carry(this.near, far);
    this.carry(far, this.near);
  }

  private isSilent(): boolean {
    return this.condition.kind === 'black-hole' || this.condition.kind === 'half-open';
  }

  private farIsGone(): void {
    if (this.condition.kind !== 'half-open') this.break();
  }

  private carry(from: Socket, to: Socket): void {
    from.on('data', (bytes: Buffer) => {
      from.pause();
      void this.pass(bytes, to).then(() => from.resume());
    });
    from.on('end', () => {
      if (this.condition.kind !== 'half-open') to.end();
    });
  }

  private async pass(bytes: Buffer, to: Socket): Promise<void> {
    while (!this.over) {
      const { condition } = this;
      switch (condition.kind) {
        case 'black-hole':
          await this.changed();
          continue;
        case 'half-open':
          return;
        case 'delay':
          await this.pause(condition.ms);
          // Meanwhile it may have become a black hole.
          if (this.condition !== condition) continue;
          return this.write(bytes, to);
        case 'throttle': {
          const step = Math.max(1, Math.floor((condition.bytesPerSecond * throttleStepMs) / 1_000));
          await this.write(bytes.subarray(0, step), to);
          bytes = bytes.subarray(step);
          if (bytes.length === 0) return;
          await this.pause(throttleStepMs);
          continue;
        }
        case 'cut':
          if (bytes.length < this.bytesLeft) {
            this.bytesLeft -= bytes.length;
            return this.write(bytes, to);
          }
          await this.write(bytes.subarray(0, this.bytesLeft), to);
          return this.break();
        case 'open':
          return this.write(bytes, to);
        default:
          condition satisfies never;
      }
    }
  }

  private write(bytes: Buffer, to: Socket): Promise<void> {
    return new Promise((resolve) => {
      if (bytes.length === 0 || to.destroyed || !to.writable) return resolve();
      to.write(bytes, () => resolve());
    });
  }

  /** Resolves when the condition changes or the connection ends. */
  private changed(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  private async pause(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([elapsed, this.changed()]);
    clearTimeout(timer);
  }
}
