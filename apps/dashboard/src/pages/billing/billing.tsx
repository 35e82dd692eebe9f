import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../../api/queries.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Money } from '../../ui/money.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card, Page } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';
import { Payments } from './payments.js';
import { Statements } from './statements.js';
import { TopUpDialog } from './top-up-dialog.js';
import { TopUpSettings } from './top-up-settings.js';

export function Billing() {
  const { may } = useOrganisation();
  const { payment } = useSearch({ from: '/shell/dashboard/billing' });
  const [isPaying, setIsPaying] = useState(false);
  const topUpButton = may('billing:pay') && (
    <Button variant="primary" onClick={() => setIsPaying(true)}>
      Top up
    </Button>
  );
  return (
    <Page
      title="Billing"
      about="Requests are paid from the balance. When it is used up they are refused, never owed."
      actions={topUpButton}
    >
      {payment && (
        <Notice tone="good">
          Thank you. The balance goes up as soon as the payment is confirmed, mostly within seconds.
        </Notice>
      )}
      <Balance />
      <TopUpSettings />
      <Payments paidNow={payment} topUpButton={topUpButton} />
      <Statements />
      <TopUpDialog isOpen={isPaying} onClose={() => setIsPaying(false)} />
    </Page>
  );
}

function Balance() {
  const { organisationId } = useOrganisation();
  const { data: account, error } = useQuery(accountQuery(organisationId));
  if (error) return <Problem error={error} />;
  return (
    <>
      {account?.frozenReason && (
        <Notice tone="danger">
          This account is frozen and takes no new requests: {account.frozenReason}
        </Notice>
      )}
      <Card>
        <dl className="grid gap-6 sm:grid-cols-3">
          <Amount label="Balance" about="what is left of what was paid" nanoUsd={account?.balanceNanoUsd} />
          <Amount label="Held" about="for requests under way" nanoUsd={account?.heldNanoUsd} />
          <Amount label="Available" about="for new requests" nanoUsd={account?.availableNanoUsd} />
        </dl>
      </Card>
    </>
  );
}

function Amount({ label, about, nanoUsd }: { label: string; about: string; nanoUsd: string | undefined }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="text-lg font-semibold tracking-tight" data-testid={label.toLowerCase()}>
        {nanoUsd === undefined ? <Skeleton className="h-7 w-32" /> : <Money nanoUsd={nanoUsd} />}
      </dd>
      <dd className="text-xs text-muted">{about}</dd>
    </div>
  );
}
