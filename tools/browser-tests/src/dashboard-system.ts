import { type SharedSystem, sharedSystem } from '@tokenroute/testing';

/** The run's one system, for files that take nothing away from it, and change nothing that is everybody's. */
export function dashboardSystem(): Promise<SharedSystem> {
  return sharedSystem({
    mailbox: true,
    dashboard: true,
    environment: {
      // Each file comes from an address of its own: browser-page.ts.
      'dashboard-api': { TRUSTED_PROXIES: '127.0.0.1' },
      billing: { USAGE_ROLLUP_INTERVAL_MS: '500' },
    },
  });
}
