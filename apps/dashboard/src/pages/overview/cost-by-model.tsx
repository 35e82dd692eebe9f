import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../../api/usage-queries.js';
import type { TimeRange } from '../../figures/time-range.js';
import { byCost, percentOf, showShare } from '../../figures/usage-figures.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Gauge } from '../../ui/gauge.js';
import { Money } from '../../ui/money.js';
import { Card } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';

const mostShown = 6;

export function CostByModel({ range }: { range: TimeRange }) {
  const { organisationId } = useOrganisation();
  const { data: usage } = useQuery(usageQuery(organisationId, range, { groupBy: 'model' }));
  const models = usage && byCost(usage.groups).slice(0, mostShown);
  return (
    <Card title="By model">
      {!models && <Skeleton className="h-52" />}
      {models?.length === 0 && <p className="text-muted">What you use shows here, the dearest first.</p>}
      <ul className="space-y-3">
        {models?.map(({ model, sum }) => (
          <li key={model}>
            <div className="flex justify-between gap-4">
              <code className="truncate font-mono text-xs leading-5">{model}</code>
              <Money nanoUsd={sum.chargedNanoUsd} />
            </div>
            <Gauge
              name={`${model} of all spend`}
              text={showShare(sum.chargedNanoUsd, usage!.total.chargedNanoUsd)}
              percent={percentOf(sum.chargedNanoUsd, usage!.total.chargedNanoUsd)}
              isShare
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}
