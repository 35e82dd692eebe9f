import { formatUsd } from '@tokenroute/money';
import type { ChaosRun } from '../run-chaos.js';
import { describeFault } from '../schedule/fault.js';

const violationsShown = 40;

/** A run as Markdown, for people. */
export function toMarkdown(run: ChaosRun): string {
  const { judgement } = run;
  const { houseLoss, recovery, violations } = judgement;
  const lines = [
    `# Chaos, seed ${run.seed}: ${violations.length === 0 ? 'clean' : `${violations.length} violations`}`,
    '',
    '| what | figure |',
    '| - | - |',
    `| faults for | ${run.faultsMs / 1_000} s, from ${run.startedAt.toISOString()} |`,
    `| faults injected | ${faultCounts(run)} |`,
    `| HTTP exchanges | ${counts(judgement.outcomes)} |`,
    `| holds | ${counts(judgement.holds)} |`,
    `| charged | ${formatUsd(houseLoss.chargedNanoUsd)} USD |`,
    `| borne by the house | ${formatUsd(houseLoss.totalNanoUsd)} USD (${lossShare(run)})${lossReasons(run)} |`,
    `| payment events sent, repeats included | ${run.eventsSent} |`,
    `| keys revoked | ${run.revocations} |`,
    `| looks at the books meanwhile | ${run.looks} |`,
    `| last failed request after healing | ${recovery.recoveryMs} ms |`,
    `| requests after the recovery | ${recovery.requests}, of which ${recovery.succeeded} succeeded |`,
    ...violations.slice(0, violationsShown).map((violation) => `\n- ${violation}`),
    '',
  ];
  return lines.join('\n');
}

/** The same with the whole schedule, for programs. */
export function toJson(run: ChaosRun): string {
  const injected = run.injected.map(({ fault, ...when }) => ({ ...when, what: describeFault(fault), fault }));
  const amounts = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  return `${JSON.stringify({ ...run, injected }, amounts, 2)}\n`;
}

/** "0.012 %" of what was charged. */
export function lossShare({ judgement }: ChaosRun): string {
  const { totalNanoUsd, chargedNanoUsd } = judgement.houseLoss;
  if (chargedNanoUsd === 0n) return 'nothing was charged';
  return `${((Number(totalNanoUsd) / Number(chargedNanoUsd)) * 100).toFixed(3)} %`;
}

function lossReasons({ judgement }: ChaosRun): string {
  const reasons = Object.entries(judgement.houseLoss.byReason).map(
    ([reason, amount]) => `${reason} ${formatUsd(amount)}`,
  );
  return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
}

function faultCounts({ injected }: ChaosRun): string {
  const done = injected.filter(({ skipped }) => !skipped);
  const kinds: Record<string, number> = {};
  for (const { fault } of done) {
    const kind = fault.kind === 'link' ? `link ${fault.condition.kind}` : fault.kind;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return `${done.length} (${counts(kinds)}); ${injected.length - done.length} skipped: the part was still down`;
}

function counts(of: Record<string, number>): string {
  return Object.entries(of)
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
