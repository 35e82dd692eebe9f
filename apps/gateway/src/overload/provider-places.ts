import { Overloaded } from './overloaded.js';

/** How many requests are with each provider: one that is slow may keep so many waiting, and the others go on. */
export class ProviderPlaces {
  private readonly taken = new Map<string, number>();

  constructor(private readonly maxPerProvider: number) {}

  /** `leave` has to follow. @throws Overloaded when the provider has as many as it may */
  enter(provider: string): void {
    const count = this.taken.get(provider) ?? 0;
    if (count >= this.maxPerProvider) {
      throw new Overloaded(
        'provider',
        'Too many requests to the provider of this model are under way. Please try again.',
      );
    }
    this.taken.set(provider, count + 1);
  }

  leave(provider: string): void {
    this.taken.set(provider, this.taken.get(provider)! - 1);
  }
}
