import { Fault } from '@tokenroute/faults';
import { BrokenCircuitError, circuitBreaker, CircuitState, handleAll, SamplingBreaker } from 'cockatiel';
import type { UpstreamResponse } from './upstream-call.js';

const restMs = 5_000;

/**
 * Stops asking a provider that keeps failing: when half of at least five requests a second have failed for ten seconds,
 * nothing is sent for five, then one request tries. A provider that refuses us for our rate is not failing.
 */
export class ProviderCircuit {
  private readonly policy = circuitBreaker(
    handleAll.orWhenResult((response) => ((response as UpstreamResponse | null)?.status ?? 0) >= 500),
    {
      halfOpenAfter: restMs,
      breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 5 }),
    },
  );

  constructor(private readonly providerName: string) {}

  get isOpen(): boolean {
    return this.policy.state === CircuitState.Open;
  }

  /**
   * @param givenUp whether the request was given up, which says nothing about the provider
   * @throws Fault upstream while the circuit is open; what `send` throws else
   */
  async send(send: () => Promise<UpstreamResponse>, givenUp: () => boolean): Promise<UpstreamResponse> {
    let abortion: unknown;
    try {
      const response = await this.policy.execute(async () => {
        try {
          return await send();
        } catch (error) {
          if (!givenUp()) throw error;
          abortion = error;
          return null;
        }
      });
      if (response) return response;
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new Fault('upstream', `${this.providerName} keeps failing; it is left alone for a moment.`, {
        retryAfterSeconds: restMs / 1_000,
      });
    }
    throw abortion;
  }
}
