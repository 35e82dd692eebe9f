import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { showTime } from '../../figures/show-time.js';
import { Button } from '../../ui/button.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

const queryKey = ['dead-letters'];

export function DeadLetters() {
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey,
    queryFn: () => dataOf(api.GET('/api/administration/dead-letters')),
  });
  const replay = useMutation({
    mutationFn: (ids: string[]) =>
      dataOf(api.POST('/api/administration/dead-letters/replay', { body: { ids } })),
    onSuccess: (letters) => queries.setQueryData(queryKey, letters),
  });
  const letters = data?.letters;
  return (
    <Card
      title="Dead letters"
      about="Settlements that could not be charged. Replayed, a hold is charged once all the same."
      isFlush
      actions={
        letters &&
        letters.length > 0 && (
          <Button isBusy={replay.isPending} onClick={() => replay.mutate(letters.map(({ id }) => id))}>
            Replay all
          </Button>
        )
      }
    >
      <Problem error={error ?? replay.error} />
      {letters?.length === 0 ? (
        <Empty title="None">Every settlement was charged.</Empty>
      ) : (
        <Table
          label="Dead letters"
          head={
            <>
              <Th>Received</Th>
              <Th>Reason</Th>
              <Th className="text-right">Tried</Th>
              <Th>Last replay</Th>
              <Th>Requests</Th>
            </>
          }
        >
          {!letters && <SkeletonRows columns={5} rows={2} />}
          {letters?.map(({ id, receivedAt, reason, attempts, outcome, holdIds }) => (
            <tr key={id}>
              <Td className="whitespace-nowrap">{showTime(receivedAt)}</Td>
              <Td>{reason}</Td>
              <Td className="text-right">{attempts}</Td>
              <Td className="text-muted">{outcome || 'never'}</Td>
              <Td>
                <code className="font-mono text-xs break-all">{holdIds.join(' ')}</code>
              </Td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
