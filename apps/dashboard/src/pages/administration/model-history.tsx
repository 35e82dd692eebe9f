import { useQuery } from '@tanstack/react-query';
import { showTime } from '../../figures/show-time.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { catalogueEventsQuery } from './catalogue-queries.js';

/** Who changed what about a model and its prices, and from where. */
export function ModelHistory({ modelId }: { modelId: string }) {
  const { data: events, error } = useQuery(catalogueEventsQuery(modelId));
  return (
    <Card title="Changes" about="Written by the tables themselves; rates in pico-USD per token." isFlush>
      <Problem error={error} />
      <Table
        label="Changes"
        head={
          <>
            <Th>Time</Th>
            <Th>What</Th>
            <Th>Who, from where</Th>
            <Th>Values</Th>
          </>
        }
      >
        {!events && <SkeletonRows columns={4} rows={2} />}
        {events?.map(({ id, at, what, by, changes }) => (
          <tr key={id} data-change={what}>
            <Td className="whitespace-nowrap">
              <time dateTime={at}>{showTime(at)}</time>
            </Td>
            <Td className="whitespace-nowrap">{what.replace('-', ' ')}</Td>
            <Td className="text-muted">{by}</Td>
            <Td className="min-w-64 text-xs text-muted">
              {changes
                .map(({ column, before, after }) =>
                  before === '' ? `${column} ${after}` : `${column} ${before} → ${after || 'none'}`,
                )
                .join(' · ')}
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
