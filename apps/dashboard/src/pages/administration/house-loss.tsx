import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { showCount } from '../../figures/show-usd.js';
import { Money, MoneyCell } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

export function HouseLoss() {
  const { data, error } = useQuery({
    queryKey: ['house-loss'],
    queryFn: () => dataOf(api.GET('/api/administration/house-loss')),
  });
  return (
    <Card
      title="What the house bore"
      about={
        data && (
          <>
            Besides, {showCount(BigInt(data.expiredHolds))} holds expired without anybody telling their use:
            at most <Money nanoUsd={data.expiredHoldsNanoUsd} />.
          </>
        )
      }
      isFlush
    >
      <Problem error={error} />
      <Table
        label="Losses by reason"
        head={
          <>
            <Th>Reason</Th>
            <Th className="text-right">Transactions</Th>
            <Th className="text-right">Amount</Th>
          </>
        }
      >
        {!data && <SkeletonRows columns={3} rows={2} />}
        {data?.totals.length === 0 && (
          <tr>
            <Td colSpan={3} className="text-muted">
              Nothing.
            </Td>
          </tr>
        )}
        {data?.totals.map(({ reason, transactions, amountNanoUsd }) => (
          <tr key={reason}>
            <Td>{reason}</Td>
            <Td className="text-right">{showCount(BigInt(transactions))}</Td>
            <Td>
              <MoneyCell nanoUsd={amountNanoUsd} />
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
