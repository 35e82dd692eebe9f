import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';

export function LedgerProof() {
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['ledger-proof'],
    queryFn: () => dataOf(api.GET('/api/administration/ledger-proof')),
    // It reads every row of the books: only when somebody asks.
    enabled: false,
  });
  return (
    <Card
      title="Ledger"
      about="Every invariant, proved on one snapshot of the books."
      actions={
        <Button onClick={() => void refetch()} isBusy={isFetching}>
          Prove it now
        </Button>
      }
    >
      <Problem error={error} />
      {!data && (
        <p className="text-muted">
          Billing proves it every minute by itself and alarms when it does not hold.
        </p>
      )}
      <ul className="divide-y divide-line">
        {data?.invariants.map(({ invariant, violations, rows }) => (
          <li key={invariant} className="py-2">
            <div className="flex justify-between gap-4">
              <span>{invariant}</span>
              {violations === 0 ? (
                <Badge tone="good">holds</Badge>
              ) : (
                <Badge tone="danger">{violations} broken</Badge>
              )}
            </div>
            {rows.map((row) => (
              <code key={row} className="block font-mono text-xs break-all text-danger">
                {row}
              </code>
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}
