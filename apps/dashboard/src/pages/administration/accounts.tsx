import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { showDate } from '../../figures/show-time.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Check, Field } from '../../ui/field.js';
import { MoneyCell } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { ShowOlder } from '../../ui/show-older.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { AccountView } from './account-view.js';

type Account = Schemas['ListedAccount'];

export interface AccountsSearch {
  text?: string | undefined;
  frozen?: true | undefined;
  /** The one that is looked at. */
  account?: string | undefined;
}

const columns = 5;

/** Every account, found by its organisation, its address or its id. */
export function Accounts() {
  const search = useSearch({ from: '/shell/dashboard/administration/' });
  const navigate = useNavigate();
  const choose = (change: AccountsSearch) =>
    void navigate({ to: '/dashboard/administration', search: { ...search, ...change }, replace: true });
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useAccounts(search);
  const accounts = data?.pages.flatMap((page) => page.accounts);
  const opened = accounts?.find(({ id }) => id === search.account);
  return (
    <Card title="Accounts" about="An account has the id of its organisation." isFlush>
      <SearchForm search={search} onChoose={choose} />
      <Problem error={error} />
      {accounts?.length === 0 ? (
        <Empty
          title="No account fits"
          action={<Button onClick={() => choose({ text: undefined, frozen: undefined })}>Show all</Button>}
        >
          Search for something shorter.
        </Empty>
      ) : (
        <Table label="Accounts" head={<Head />}>
          {accounts ? (
            accounts.map((account) => (
              <AccountRow key={account.id} account={account} onOpen={() => choose({ account: account.id })} />
            ))
          ) : (
            <SkeletonRows columns={columns} />
          )}
        </Table>
      )}
      {hasNextPage && <ShowOlder onClick={() => void fetchNextPage()} isBusy={isFetchingNextPage} />}
      <Dialog
        title={opened?.organisation?.name ?? opened?.email ?? 'Account'}
        isOpen={search.account !== undefined}
        onClose={() => choose({ account: undefined })}
      >
        {search.account && <AccountView accountId={search.account} />}
      </Dialog>
    </Card>
  );
}

interface SearchFormProps {
  search: AccountsSearch;
  onChoose: (change: AccountsSearch) => void;
}

function SearchForm({ search, onChoose }: SearchFormProps) {
  return (
    <form
      role="search"
      className="flex flex-wrap items-end gap-3 px-4 pb-4 sm:px-6"
      onSubmit={(event) => onChoose({ text: sentFields(event)['text']?.trim() || undefined })}
    >
      <Field
        label="Search accounts"
        name="text"
        defaultValue={search.text ?? ''}
        className="w-full max-w-md"
        placeholder="organisation, e-mail or id"
        maxLength={200}
      />
      <Button type="submit">Search</Button>
      <Check
        label="Frozen alone"
        checked={search.frozen === true}
        onChange={(event) => onChoose({ frozen: event.target.checked || undefined })}
      />
    </form>
  );
}

function useAccounts({ text, frozen }: AccountsSearch) {
  return useInfiniteQuery({
    queryKey: ['administered-accounts', text, frozen],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/administration/accounts', {
          params: {
            query: {
              ...(text && { text }),
              ...(frozen && { onlyFrozen: 'true' as const }),
              ...(pageParam && { pageToken: pageParam }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  });
}

function Head() {
  return (
    <>
      <Th>Organisation</Th>
      <Th>State</Th>
      <Th className="text-right">Balance</Th>
      <Th className="text-right">Held</Th>
      <Th>Since</Th>
    </>
  );
}

function AccountRow({ account, onOpen }: { account: Account; onOpen: () => void }) {
  const { organisation, email } = account;
  return (
    <tr data-account={account.id}>
      <Td className="max-w-64">
        <button
          type="button"
          onClick={onOpen}
          className="max-w-full truncate text-left font-medium underline underline-offset-4"
        >
          {organisation?.name ?? email}
        </button>
        <span className="block truncate text-xs text-muted">
          {email}
          {organisation && ` · ${organisation.members} ${organisation.members === 1 ? 'member' : 'members'}`}
        </span>
      </Td>
      <Td>
        {account.frozenReason === null ? (
          <Badge tone="good">at work</Badge>
        ) : (
          <Badge tone="danger">frozen</Badge>
        )}
      </Td>
      <Td>
        <MoneyCell nanoUsd={account.balanceNanoUsd} />
      </Td>
      <Td>
        <MoneyCell nanoUsd={account.heldNanoUsd} />
      </Td>
      <Td className="whitespace-nowrap text-muted">{showDate(account.createdAt)}</Td>
    </tr>
  );
}
