import type { Exchange } from './facts.js';

export interface Recovery {
  violations: string[];
  /** From the healing to the last request that failed. */
  recoveryMs: number;
  /** Requests after the bound, and how many of them succeeded. */
  requests: number;
  succeeded: number;
}

export interface RecoveryBounds {
  healedAt: number;
  recoveryMs: number;
  /** In thousandths, of the requests after the recovery. */
  leastSuccessPerMille: number;
}

/** In hundredths. A machine that stalls may make billing miss its time; a defect makes it miss all. */
const mostUnpaidPercent = 10;

/** After the bound all is as before: requests succeed, and each answer is paid for when it ends. */
export function judgeRecovery(
  exchanges: readonly Exchange[],
  { healedAt, recoveryMs, leastSuccessPerMille }: RecoveryBounds,
): Recovery {
  const since = exchanges.filter(({ startedAt }) => startedAt >= healedAt);
  const failedAt = since.filter(({ complete }) => !complete).map(({ startedAt }) => startedAt - healedAt);
  const after = since.filter(({ startedAt }) => startedAt >= healedAt + recoveryMs);
  const succeeded = after.filter(({ complete }) => complete);
  const violations: string[] = [];
  if (after.length === 0) violations.push('nobody asked anything after the recovery');
  if (succeeded.length * 1_000 < after.length * leastSuccessPerMille) {
    const failed = after.filter(({ complete }) => !complete).map(({ detail }) => detail);
    violations.push(`${failed.length} of ${after.length} requests failed after the recovery: ${failed[0]}`);
  }
  const unpaid = succeeded.filter(({ costNanoUsd }) => costNanoUsd === null);
  if (unpaid.length * 100 > succeeded.length * mostUnpaidPercent)
    violations.push(`${unpaid.length} answers ended before they were paid, with nothing broken`);
  return {
    violations,
    recoveryMs: Math.max(0, ...failedAt),
    requests: after.length,
    succeeded: succeeded.length,
  };
}
