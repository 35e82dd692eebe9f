/** How many requests of each key this process is answering. */
export class ConcurrentRequests {
  private readonly underWay = new Map<string, number>();

  constructor(private readonly maxPerKey: number) {}

  /** @returns false when the key has as many as it may; otherwise `leave` has to follow */
  enter(keyId: string): boolean {
    const count = this.underWay.get(keyId) ?? 0;
    if (count >= this.maxPerKey) return false;
    this.underWay.set(keyId, count + 1);
    return true;
  }

  leave(keyId: string): void {
    const count = this.underWay.get(keyId) ?? 0;
    if (count > 1) this.underWay.set(keyId, count - 1);
    else this.underWay.delete(keyId);
  }
}
