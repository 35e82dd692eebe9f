import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { usageQuery } from '../../api/usage-queries.js';
import { showDuration } from '../../figures/show-time.js';
import { showCount } from '../../figures/show-usd.js';
import type { TimeRange } from '../../figures/time-range.js';
import { showChange, showShare } from '../../figures/usage-figures.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Figure } from './figure.js';

type Telemetry = NonNullable<Schemas['Usage']['telemetry']>;
type Percentiles = Telemetry['duration'];

/** Added up some seconds behind, and not told when it is. */
const refetchMs = 15_000;

/** Errors and times of the requests that ended in the time that is looked at, beside the stretch of the same length before it. */
export function HowItWent({ range: { from, to, previousFrom } }: { range: TimeRange }) {
  const { organisationId } = useOrganisation();
  const choice = { withTelemetry: 'true' } as const;
  const { data: usage } = useQuery({
    ...usageQuery(organisationId, { from, to }, choice),
    refetchInterval: refetchMs,
  });
  const { data: usageBefore } = useQuery(
    usageQuery(organisationId, { from: previousFrom, to: from }, choice),
  );
  const now = usage?.telemetry;
  const before = usageBefore?.telemetry;
  return (
    <>
      <Figure
        label="Error rate"
        value={now && <span data-failed={now.failed}>{showShare(now.failed, now.requests)}</span>}
        about={now && before && <Errors now={now} before={before} />}
      />
      <Times label="Latency" now={now?.duration} before={before?.duration} />
      <Times label="Time to first token" now={now?.firstToken} before={before?.firstToken} />
    </>
  );
}

function Errors({ now, before }: { now: Telemetry; before: Telemetry }) {
  if (now.requests === '0') return 'no request has ended';
  return (
    <>
      {showCount(BigInt(now.failed))} of {showCount(BigInt(now.requests))} failed
      {now.cancelled !== '0' && `, ${showCount(BigInt(now.cancelled))} cancelled by the client`}
      {before.requests !== '0' && `; ${showShare(before.failed, before.requests)} the time before`}
    </>
  );
}

interface TimesProps {
  label: string;
  /** Undefined while they are being read; null: nothing was measured. */
  now: Percentiles | undefined;
  before: Percentiles | undefined;
}

function Times({ label, now, before }: TimesProps) {
  return (
    <Figure
      label={label}
      value={now === undefined ? undefined : <Row of={now} />}
      about={now && before !== undefined && compared(now, before)}
    />
  );
}

function compared(now: NonNullable<Percentiles>, before: Percentiles): string {
  const change = before && showChange(String(now.p50Ms), String(before.p50Ms));
  return change ? `median ${change} against the time before` : 'nothing in the time before';
}

const names = [
  ['p50', 'p50Ms'],
  ['p95', 'p95Ms'],
  ['p99', 'p99Ms'],
] as const;

function Row({ of }: { of: Percentiles }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {names.map(([name, member]) => (
        <span key={name} className="whitespace-nowrap tabular-nums" data-ms={of?.[member]}>
          {of ? showDuration(of[member]) : '–'}{' '}
          <span className="text-xs font-normal tracking-normal text-muted">{name}</span>
        </span>
      ))}
    </span>
  );
}
