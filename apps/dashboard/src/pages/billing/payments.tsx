import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { showUsd } from '../../figures/show-usd.js';
import { showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Badge, type BadgeTone } from '../../ui/badge.js';
import { MoneyCell } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty } from '../../ui/page.js';
import { ShowOlder } from '../../ui/show-older.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

type Payment = Schemas['Payments']['payments'][number];

const states: Record<Payment['state'], { label: string; tone: BadgeTone }> = {
  open: { label: 'not paid yet', tone: 'plain' },
  credited: { label: 'credited', tone: 'good' },
  failed: { label: 'failed', tone: 'danger' },
  expired: { label: 'expired', tone: 'plain' },
  held: { label: 'being looked at', tone: 'warning' },
};

const paidNowEveryMs = 1_000;

interface PaymentsProps {
  /** The one the payment page has just led back from: its state is waited for. */
  paidNow: string | undefined;
  topUpButton: ReactNode;
}

export function Payments({ paidNow, topUpButton }: PaymentsProps) {
  const { organisationId } = useOrganisation();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['payments', organisationId],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/payments', {
          params: { path: { organisationId }, query: pageParam ? { pageToken: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    refetchInterval: ({ state }) => {
      const payments = state.data?.pages.flatMap(({ payments }) => payments);
      return payments?.some(({ id, state }) => id === paidNow && state === 'open') ? paidNowEveryMs : false;
    },
  });
  const payments = data?.pages.flatMap(({ payments }) => payments);
  return (
    <Card title="Payments" isFlush>
      <Problem error={error} />
      {payments?.length === 0 ? (
        <Empty title="Nothing paid in yet" action={topUpButton}>
          Top up to make requests. What you pay in stays until it is used.
        </Empty>
      ) : (
        <Table
          label="Payments"
          head={
            <>
              <Th>Time</Th>
              <Th>State</Th>
              <Th>Kind</Th>
              <Th className="text-right">Amount</Th>
              <Th>Note</Th>
            </>
          }
        >
          {payments ? (
            payments.map((payment) => <PaymentRow key={payment.id} payment={payment} />)
          ) : (
            <SkeletonRows columns={5} rows={3} />
          )}
        </Table>
      )}
      {hasNextPage && <ShowOlder onClick={() => void fetchNextPage()} isBusy={isFetchingNextPage} />}
    </Card>
  );
}

function PaymentRow({ payment }: { payment: Payment }) {
  const { label, tone } = states[payment.state];
  return (
    <tr>
      <Td className="whitespace-nowrap">
        <time dateTime={payment.createdAt}>{showTime(payment.createdAt)}</time>
      </Td>
      <Td>
        <Badge tone={tone}>{label}</Badge>
      </Td>
      <Td className="text-muted">{payment.kind}</Td>
      <Td>
        <MoneyCell nanoUsd={payment.amountNanoUsd} />
      </Td>
      <Td className="text-muted">{noteOn(payment)}</Td>
    </tr>
  );
}

function noteOn({ problem, refundedNanoUsd, disputedNanoUsd }: Payment): string {
  const notes = [
    problem,
    refundedNanoUsd !== '0' && `${showUsd(refundedNanoUsd)} refunded`,
    disputedNanoUsd !== '0' && `${showUsd(disputedNanoUsd)} taken back by the bank`,
  ];
  return notes.filter(Boolean).join(' · ');
}
