import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { parseUsdInput } from '../../figures/parse-usd-input.js';
import { showTime } from '../../figures/show-time.js';
import { showUsd } from '../../figures/show-usd.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Confirm } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Money } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Skeleton } from '../../ui/skeleton.js';

type Account = Schemas['AdministeredAccount'];

const accountKey = (accountId: string) => ['administered-account', accountId];

/** One account: what it has, and what an administrator does about it. */
export function AccountView({ accountId }: { accountId: string }) {
  const { data: account, error } = useQuery({
    queryKey: accountKey(accountId),
    queryFn: () =>
      dataOf(api.GET('/api/administration/accounts/{accountId}', { params: { path: { accountId } } })),
  });
  return (
    <>
      <Problem error={error} />
      {!account && !error && <Skeleton className="h-40" />}
      {account && <AccountDetails account={account} />}
    </>
  );
}

function AccountDetails({ account }: { account: Account }) {
  return (
    <div className="space-y-6">
      <dl className="grid gap-4 sm:grid-cols-2">
        <Entry label="E-mail">{account.email}</Entry>
        <Entry label="Balance">
          <Money nanoUsd={account.balanceNanoUsd} />
        </Entry>
        <Entry label="Held">
          <Money nanoUsd={account.heldNanoUsd} />
        </Entry>
        <Entry label="State">
          {account.frozenReason === null ? (
            <Badge tone="good">at work</Badge>
          ) : (
            <Badge tone="danger">frozen: {account.frozenReason}</Badge>
          )}
        </Entry>
      </dl>
      <p className="text-xs text-muted">
        <code className="font-mono">{account.id}</code>, since {showTime(account.createdAt)}
      </p>
      <div className="space-y-4">
        <GrantCredit accountId={account.id} />
        <Freeze account={account} />
      </div>
    </div>
  );
}

function Entry({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{label}</dt>
      <dd className="truncate font-medium">{children}</dd>
    </div>
  );
}

/** Keeps the account that the server gives back. */
function useAccountChange<Variables>(accountId: string, change: (variables: Variables) => Promise<Account>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (account) => {
      queries.setQueryData(accountKey(accountId), account);
      return queries.invalidateQueries({ queryKey: ['administered-accounts'] });
    },
  });
}

function GrantCredit({ accountId }: { accountId: string }) {
  const [problem, setProblem] = useState<string>();
  const [asked, setAsked] = useState<{ id: string; amountNanoUsd: string }>();
  const grant = useAccountChange(accountId, (body: { id: string; amountNanoUsd: string }) =>
    dataOf(
      api.POST('/api/administration/accounts/{accountId}/credit', { params: { path: { accountId } }, body }),
    ),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const amountNanoUsd = parseUsdInput(sentFields(event)['amount'] ?? '');
    if (amountNanoUsd === null) return setProblem('An amount such as 25 or 0.50.');
    setProblem(undefined);
    setAsked({ id: crypto.randomUUID(), amountNanoUsd });
  };
  const close = () => setAsked(undefined);
  return (
    <form className="flex items-end gap-3" onSubmit={submit} noValidate>
      <Field label="Promotional credit" name="amount" prefix="$" inputMode="decimal" problem={problem} />
      <Button type="submit">Grant</Button>
      <Confirm
        title={`Grant ${showUsd(asked?.amountNanoUsd ?? '0')}?`}
        isOpen={asked !== undefined}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              variant="primary"
              isBusy={grant.isPending}
              onClick={() => grant.mutate(asked!, { onSuccess: close })}
            >
              Grant
            </Button>
          </>
        }
      >
        <p className="text-muted">It is on the books as promotional, and cannot be taken back here.</p>
        <Problem error={grant.error} />
      </Confirm>
    </form>
  );
}

function Freeze({ account }: { account: Account }) {
  const path = { params: { path: { accountId: account.id } } };
  const freeze = useAccountChange(account.id, (body: { reason: string }) =>
    dataOf(api.POST('/api/administration/accounts/{accountId}/freeze', { ...path, body })),
  );
  const thaw = useAccountChange(account.id, () =>
    dataOf(api.POST('/api/administration/accounts/{accountId}/thaw', path)),
  );
  if (account.frozenReason !== null) {
    return (
      <div className="flex items-end">
        <Button onClick={() => thaw.mutate(undefined)} isBusy={thaw.isPending}>
          Lift the freeze
        </Button>
        <Problem error={thaw.error} />
      </div>
    );
  }
  return (
    <form
      className="flex items-end gap-3"
      onSubmit={(event) => freeze.mutate({ reason: sentFields(event)['reason'] ?? '' })}
    >
      <Field label="Reason to freeze it" name="reason" required maxLength={200} />
      <Button type="submit" variant="danger" isBusy={freeze.isPending}>
        Freeze
      </Button>
      <Problem error={freeze.error} />
    </form>
  );
}
