import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { membersQuery } from '../../api/queries.js';
import { showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { ShowOlder } from '../../ui/show-older.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

export function AuditLog() {
  const { organisationId } = useOrganisation();
  const { data: members } = useQuery(membersQuery(organisationId));
  const names = new Map(members?.map(({ personId, name }) => [personId, name]));
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit-events', organisationId],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/audit-events', {
          params: { path: { organisationId }, query: pageParam ? { beforeId: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextBeforeId }) => nextBeforeId,
  });
  const events = data?.pages.flatMap((page) => page.events);
  return (
    <Card title="Audit log" about="Rows are only ever added." isFlush>
      <Problem error={error} />
      <Table
        label="Audit log"
        head={
          <>
            <Th>Time</Th>
            <Th>What</Th>
            <Th>Who</Th>
            <Th>From</Th>
            <Th>Detail</Th>
          </>
        }
      >
        {!events && <SkeletonRows columns={5} />}
        {events?.map(({ id, at, kind, personId, address, detail }) => (
          <tr key={id}>
            <Td className="whitespace-nowrap text-muted">{showTime(at)}</Td>
            <Td className="whitespace-nowrap">{kind.replaceAll(/[._]/g, ' ')}</Td>
            <Td className="max-w-40 truncate">
              {names.get(personId) ?? (personId === '' ? '' : 'a former member')}
            </Td>
            <Td className="text-muted">{address}</Td>
            <Td className="max-w-64">
              <code className="block truncate font-mono text-xs text-muted" title={detail}>
                {detail === '{}' ? '' : detail}
              </code>
            </Td>
          </tr>
        ))}
      </Table>
      {hasNextPage && <ShowOlder onClick={() => void fetchNextPage()} isBusy={isFetchingNextPage} />}
    </Card>
  );
}
