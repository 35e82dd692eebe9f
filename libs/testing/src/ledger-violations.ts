import { Metadata } from '@grpc/grpc-js';
import type { ReachableSystem } from './reachable-system.js';

/** Every broken invariant of the ledger, with the rows that break it; empty when the books are right. */
export function ledgerViolations(system: ReachableSystem): Promise<string[]> {
  const { billingQuery } = system.operator;
  return new Promise((resolve, reject) => {
    billingQuery.verifyLedger({}, new Metadata(), { deadline: Date.now() + 30_000 }, (error, response) => {
      if (error) return reject(error);
      if (response.invariants.length === 0) return reject(new Error('nothing was checked'));
      const broken = response.invariants.filter((result) => result.violations > 0);
      resolve(broken.map((result) => `${result.invariant}: ${result.rows.join(' ')}`));
    });
  });
}
