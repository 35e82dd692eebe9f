import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { accountQuery } from '../../api/queries.js';
import { requestsQuery, usageQuery } from '../../api/usage-queries.js';
import { timeRange } from '../../figures/time-range.js';
import { showChange } from '../../figures/usage-figures.js';
import { showCount } from '../../figures/show-usd.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { buttonClass } from '../../ui/button.js';
import { Money } from '../../ui/money.js';
import { Card, Page } from '../../ui/page.js';
import { RangeSelect } from '../../ui/range-select.js';
import { RequestsTable } from '../requests/requests-table.js';
import { CostByModel } from './cost-by-model.js';
import { Figure } from './figure.js';
import { HowItWent } from './how-it-went.js';
import { SpendOverTime } from './spend-over-time.js';

const recentRequests = 5;

// Only for those who have not called yet: all others would load it for nothing.
const FirstCall = lazy(() => import('./first-call.js').then((module) => ({ default: module.FirstCall })));

function FirstCallWhenLoaded() {
  return (
    <Suspense fallback={null}>
      <FirstCall />
    </Suspense>
  );
}

export function Overview() {
  const { may, organisationName, organisationId } = useOrganisation();
  const search = useSearch({ from: '/shell/dashboard' });
  const navigate = useNavigate();
  const range = timeRange(search, Date.now());
  const { data: log } = useInfiniteQuery(requestsQuery(organisationId));
  const requests = log?.pages[0]?.requests;
  return (
    <Page title="Overview" about={organisationName} actions={<Actions />}>
      {requests?.length === 0 && <FirstCallWhenLoaded />}
      <RangeSelect
        choice={search}
        onChoose={(choice) => void navigate({ to: '/dashboard', search: choice, replace: true })}
      />
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {may('billing:read') && <Balance />}
        <SpendAndRequests from={range.from} to={range.to} previousFrom={range.previousFrom} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <HowItWent range={range} />
      </div>
      <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
        <SpendOverTime range={range} />
        <CostByModel range={range} />
      </div>
      {requests && requests.length > 0 && (
        <>
          <Card
            title="Recent requests"
            isFlush
            actions={
              <Link
                to="/dashboard/requests"
                className="text-muted underline underline-offset-4 hover:text-ink"
              >
                All of them
              </Link>
            }
          >
            <RequestsTable
              requests={requests.slice(0, recentRequests)}
              onOpen={(request) => void navigate({ to: '/dashboard/requests', search: { request } })}
            />
          </Card>
          <FirstCallWhenLoaded />
        </>
      )}
    </Page>
  );
}

function Actions() {
  const { may } = useOrganisation();
  return (
    <>
      {may('billing:pay') && (
        <Link to="/dashboard/billing" className={buttonClass('secondary')}>
          Top up
        </Link>
      )}
      {may('keys:write') && (
        <Link to="/dashboard/keys" search={{ create: true }} className={buttonClass('primary')}>
          <Plus size={16} aria-hidden /> Create key
        </Link>
      )}
    </>
  );
}

function Balance() {
  const { organisationId } = useOrganisation();
  const { data: account } = useQuery(accountQuery(organisationId));
  return (
    <Figure
      label="Available"
      value={account && <Money nanoUsd={account.availableNanoUsd} />}
      about={
        account?.heldNanoUsd === '0' ? (
          'nothing held'
        ) : (
          <>{account && <Money nanoUsd={account.heldNanoUsd} />} held for requests under way</>
        )
      }
    />
  );
}

/** In the time that is looked at, beside the stretch of the same length before it. */
function SpendAndRequests({ from, to, previousFrom }: { from: string; to: string; previousFrom: string }) {
  const { organisationId } = useOrganisation();
  const { data: usage } = useQuery(usageQuery(organisationId, { from, to }));
  const { data: before } = useQuery(usageQuery(organisationId, { from: previousFrom, to: from }));
  const compared = (member: 'chargedNanoUsd' | 'requests') =>
    usage &&
    before &&
    (showChange(usage.total[member], before.total[member]) ?? 'nothing in the time before');
  const against = (change: string | undefined) =>
    change && (/^[+−]/.test(change) ? `${change} against the time before` : change);
  return (
    <>
      <Figure
        label="Spend"
        value={usage && <Money nanoUsd={usage.total.chargedNanoUsd} />}
        about={against(compared('chargedNanoUsd'))}
      />
      <Figure
        label="Requests charged"
        value={usage && showCount(BigInt(usage.total.requests))}
        about={against(compared('requests'))}
      />
    </>
  );
}
