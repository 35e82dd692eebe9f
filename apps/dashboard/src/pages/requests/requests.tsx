import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type RequestsChoice, requestsQuery } from '../../api/usage-queries.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { buttonClass } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Select } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty, Page } from '../../ui/page.js';
import { ShowOlder } from '../../ui/show-older.js';
import { KeyAndModelFilters } from '../usage/key-and-model-filters.js';
import { Receipt } from './receipt.js';
import { RequestsTable } from './requests-table.js';

export function Requests() {
  const { organisationId } = useOrganisation();
  const { request, ...choice } = useSearch({ from: '/shell/dashboard/requests' });
  const navigate = useNavigate();
  const search = (change: RequestsChoice & { request?: string | undefined }) =>
    void navigate({ to: '/dashboard/requests', search: { ...choice, ...change }, resetScroll: false });
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    requestsQuery(organisationId, choice),
  );
  const requests = data?.pages.flatMap((page) => page.requests);
  return (
    <Page title="Requests" about="Every request with what it cost. What was said in it is not kept.">
      <Problem error={error} />
      <Filters choice={choice} onChoose={search} />
      <Card isFlush>
        {requests?.length === 0 && !hasNextPage ? (
          <NoRequests isFiltered={Object.values(choice).some(Boolean)} />
        ) : (
          <RequestsTable requests={requests} onOpen={(id) => search({ request: id })} />
        )}
        {hasNextPage && <ShowOlder onClick={() => void fetchNextPage()} isBusy={isFetchingNextPage} />}
      </Card>
      <Dialog title="Receipt" isOpen={request !== undefined} onClose={() => search({})}>
        {request && <Receipt requestId={request} />}
      </Dialog>
    </Page>
  );
}

const results = ['succeeded', 'failed', 'cancelled'];
const states = ['settled', 'held', 'released', 'expired'];

interface FiltersProps {
  choice: RequestsChoice;
  onChoose: (change: RequestsChoice) => void;
}

function Filters({ choice, onChoose }: FiltersProps) {
  return (
    <search className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <KeyAndModelFilters choice={choice} onChoose={onChoose} />
      <Select
        label="Status"
        value={choice.result ?? ''}
        onChange={(event) =>
          onChoose({ result: (event.target.value || undefined) as RequestsChoice['result'] })
        }
      >
        <option value="">any</option>
        {results.map((result) => (
          <option key={result}>{result}</option>
        ))}
      </Select>
      <Select
        label="State"
        value={choice.state ?? ''}
        onChange={(event) =>
          onChoose({ state: (event.target.value || undefined) as RequestsChoice['state'] })
        }
      >
        <option value="">any</option>
        {states.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </Select>
    </search>
  );
}

function NoRequests({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty
        title="No request fits"
        action={
          <Link to="/dashboard/requests" search={{}} className={buttonClass()}>
            Show all
          </Link>
        }
      >
        Take a filter away to see more.
      </Empty>
    );
  }
  return (
    <Empty
      title="No request yet"
      action={
        <Link to="/dashboard" className={buttonClass('primary')}>
          To the first call
        </Link>
      }
    >
      Make a call with one of your keys: it appears here within seconds, with its exact cost.
    </Empty>
  );
}
