import { meter } from '@tokenroute/service-kit';
import type { KeyRing } from './key-ring.js';

const requests = meter.createObservableCounter('tokenroute.provider.key.requests', {
  unit: '{request}',
  description: 'Requests sent with a key',
});
const refusals = meter.createObservableCounter('tokenroute.provider.key.refusals', {
  unit: '{request}',
  description: 'Requests that the provider refused for their key or for its rate',
});
const healthy = meter.createObservableGauge('tokenroute.provider.key.healthy', {
  description: '0 while the provider refuses the key or limits its rate',
});

/** Tells how each key does, by its fingerprint. @param provider as OpenTelemetry's conventions call it */
export function observeKeys(provider: string, ring: KeyRing): void {
  const of = (fingerprint: string) => ({ 'gen_ai.provider.name': provider, key: fingerprint });
  requests.addCallback((result) => {
    for (const key of ring.all) result.observe(key.requests, of(key.fingerprint));
  });
  refusals.addCallback((result) => {
    for (const { fingerprint, refused, limited } of ring.all) {
      result.observe(refused, { ...of(fingerprint), reason: 'refused' });
      result.observe(limited, { ...of(fingerprint), reason: 'limited' });
    }
  });
  healthy.addCallback((result) => {
    for (const key of ring.all) result.observe(ring.isHealthy(key) ? 1 : 0, of(key.fingerprint));
  });
}
