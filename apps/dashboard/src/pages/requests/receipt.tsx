import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { roundingOf, toReceiptLines } from '../../figures/receipt-lines.js';
import { showDuration, showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Badge } from '../../ui/badge.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Money } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { requestStates, Status } from './requests-table.js';

/** One request, with the arithmetic of its cost. */
export function Receipt({ requestId }: { requestId: string }) {
  const { organisationId } = useOrganisation();
  const { data: receipt, error } = useQuery({
    queryKey: ['receipt', organisationId, requestId],
    queryFn: () =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/requests/{requestId}', {
          params: { path: { organisationId, requestId } },
        }),
      ),
  });
  if (error) return <Problem error={error} />;
  if (!receipt) return <Skeleton className="h-64" />;
  const { label, tone } = requestStates[receipt.state];
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-xs font-medium">{receipt.model}</code>
        <Badge tone={tone}>{label}</Badge>
        {receipt.telemetry && <Status request={receipt} />}
      </div>
      <Arithmetic receipt={receipt} />
      <dl className="space-y-2 border-t border-line pt-4">
        <Line label="Held before">
          <Money nanoUsd={receipt.heldNanoUsd} />
        </Line>
        {receipt.createdAt && <Line label="Begun">{showTime(receipt.createdAt)}</Line>}
        {receipt.endedAt && <Line label="Ended">{showTime(receipt.endedAt)}</Line>}
        {receipt.telemetry && <HowItWent telemetry={receipt.telemetry} />}
        <Line label="Price">
          row {receipt.priceId} of the price book
          {receipt.planBasisPoints !== null && `, ${receipt.planBasisPoints / 100} % of it by your plan`}
        </Line>
        <Line label="Request id">
          <code className="font-mono text-xs break-all">{receipt.id}</code>{' '}
          <CopyButton text={receipt.id} label="Copy the request id" />
        </Line>
      </dl>
    </div>
  );
}

function HowItWent({ telemetry }: { telemetry: NonNullable<Schemas['Receipt']['telemetry']> }) {
  const { durationMs, firstTokenMs, streamed, upstreamModel } = telemetry;
  return (
    <>
      {firstTokenMs !== null && <Line label="First token after">{showDuration(firstTokenMs)}</Line>}
      <Line label={streamed ? 'Streamed until' : 'Answered after'}>{showDuration(durationMs)}</Line>
      {upstreamModel && (
        <Line label="Upstream model">
          <code className="font-mono text-xs break-all">{upstreamModel}</code>
        </Line>
      )}
    </>
  );
}

function Arithmetic({ receipt }: { receipt: Schemas['Receipt'] }) {
  const { costNanoUsd, chargedNanoUsd, usage } = receipt;
  if (costNanoUsd === null || chargedNanoUsd === null) {
    return <p className="text-muted">{whyFree[receipt.state]}</p>;
  }
  const rounding = roundingOf(receipt);
  return (
    <dl className="space-y-2 tabular-nums">
      {toReceiptLines(receipt).map(({ kind, arithmetic, amount }) => (
        <Line key={kind} label={kind} about={arithmetic}>
          {amount}
        </Line>
      ))}
      {rounding && (
        <Line label="rounded up" about="once, to a whole nano-dollar">
          {rounding}
        </Line>
      )}
      <div className="border-t border-line pt-2 font-medium">
        <Line label="Cost">
          <Money nanoUsd={costNanoUsd} />
        </Line>
      </div>
      {chargedNanoUsd !== costNanoUsd && (
        <Line label="Charged" about="the rest we bear: hold and balance did not cover it">
          <Money nanoUsd={chargedNanoUsd} />
        </Line>
      )}
      {usage?.estimated && (
        <p className="text-xs text-muted">The provider told no usage: the tokens are our own count.</p>
      )}
    </dl>
  );
}

const whyFree: Record<Schemas['Receipt']['state'], string> = {
  held: 'Under way: the cost is known when the answer has ended.',
  settled: '',
  released: 'Nothing was charged: the provider did not answer, or the request was called off before it did.',
  expired: 'Nothing was charged: nobody told in time what was used.',
};

function Line({ label, about, children }: { label: string; about?: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="first-letter:uppercase">
        {label}
        {about && <span className="block text-xs text-muted">{about}</span>}
      </dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
