import { useQuery } from '@tanstack/react-query';
import { usageQuery } from '../../api/usage-queries.js';
import type { TimeRange } from '../../figures/time-range.js';
import { toBars } from '../../figures/usage-figures.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { BarChart } from '../../ui/bar-chart.js';
import { Card } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';

export function SpendOverTime({ range }: { range: TimeRange }) {
  const { organisationId } = useOrganisation();
  const { data: usage } = useQuery(usageQuery(organisationId, range, { groupBy: range.bucket }));
  return (
    <Card title="Spend">
      {usage ? (
        <BarChart
          label={`Charged per ${range.bucket}, UTC`}
          bars={toBars(usage.groups, range)}
          bucket={range.bucket}
        />
      ) : (
        <Skeleton className="h-52" />
      )}
    </Card>
  );
}
