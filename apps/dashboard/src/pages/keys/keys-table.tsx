import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { usageQuery } from '../../api/usage-queries.js';
import { monthOf } from '../../figures/time-range.js';
import { percentOf } from '../../figures/usage-figures.js';
import { showUsd } from '../../figures/show-usd.js';
import { showAgo, showDate, showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Badge, type BadgeTone } from '../../ui/badge.js';
import { Gauge } from '../../ui/gauge.js';
import { MoneyCell } from '../../ui/money.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { KeyActions } from './key-actions.js';
import { KeyLimits } from './key-limits.js';
import { type LimitUses, useLimitUses } from './use-limit-uses.js';

type Key = Schemas['Key'];

const tones: Record<Key['state'], BadgeTone> = {
  active: 'good',
  disabled: 'warning',
  expired: 'plain',
  revoked: 'plain',
};

interface KeysTableProps {
  /** Undefined while they are being read. */
  keys: Key[] | undefined;
  onSecret: (created: Schemas['NewKey']) => void;
}

export function KeysTable({ keys, onSecret }: KeysTableProps) {
  const spent = useSpendOfMonth();
  const uses = useLimitUses(keys);
  return (
    <Table
      label="API keys"
      head={
        <>
          <Th>Key</Th>
          <Th>State</Th>
          <Th>Models</Th>
          <Th>Limits</Th>
          <Th className="text-right">This month</Th>
          <Th>Last used</Th>
          <Th>Created</Th>
          <Th>Expires</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {keys ? (
        keys.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            spentNanoUsd={spent?.get(key.id)}
            uses={uses}
            onSecret={onSecret}
          />
        ))
      ) : (
        <SkeletonRows columns={9} rows={3} />
      )}
    </Table>
  );
}

/** What each key has cost in this calendar month (UTC), by its id; undefined while it is being read. */
function useSpendOfMonth(): Map<string, string> | undefined {
  const { organisationId } = useOrganisation();
  const { data } = useQuery(usageQuery(organisationId, monthOf(Date.now()), { groupBy: 'key' }));
  return data && new Map(data.groups.map(({ keyId, sum }) => [keyId ?? '', sum.chargedNanoUsd]));
}

interface KeyRowProps extends Pick<KeysTableProps, 'onSecret'> {
  apiKey: Key;
  spentNanoUsd: string | undefined;
  uses: LimitUses;
}

function KeyRow({ apiKey, spentNanoUsd = '0', uses, onSecret }: KeyRowProps) {
  const { name, display, state, allowedModels, lastUsedAt, createdAt, expiresAt } = apiKey;
  const isOver = state === 'revoked' || state === 'expired';
  return (
    <tr className={isOver ? 'text-muted' : ''}>
      <Td>
        <span className="block max-w-56 truncate font-medium" title={name}>
          {name}
        </span>
        <code className="font-mono text-xs whitespace-nowrap text-muted">{display}</code>
      </Td>
      <Td>
        <Badge tone={tones[state]}>{state}</Badge>
      </Td>
      <Td>
        {allowedModels.length === 0 ? (
          <span className="text-muted">all</span>
        ) : (
          <span className="block max-w-48 truncate" title={allowedModels.join(', ')}>
            {allowedModels.join(', ')}
          </span>
        )}
      </Td>
      <Td className="whitespace-nowrap">
        <KeyLimits apiKey={apiKey} uses={uses} />
      </Td>
      <Td>
        <MoneyCell nanoUsd={spentNanoUsd} />
        <BudgetGauge apiKey={apiKey} spentNanoUsd={spentNanoUsd} />
      </Td>
      <Td className="whitespace-nowrap text-muted">
        {lastUsedAt ? <time dateTime={lastUsedAt}>{showAgo(lastUsedAt, Date.now())}</time> : 'never'}
      </Td>
      <Td className="whitespace-nowrap text-muted">
        <time dateTime={createdAt} title={showTime(createdAt)}>
          {showDate(createdAt)}
        </time>
      </Td>
      <Td className="whitespace-nowrap text-muted">{expiresAt ? showDate(expiresAt) : 'never'}</Td>
      <Td className="text-right">
        <KeyActions apiKey={apiKey} onSecret={onSecret} />
      </Td>
    </tr>
  );
}

function BudgetGauge({ apiKey, spentNanoUsd }: { apiKey: Key; spentNanoUsd: string }) {
  const { monthlyBudgetNanoUsd } = apiKey;
  if (monthlyBudgetNanoUsd === null) return null;
  return (
    <Gauge
      name="Budget of the month"
      text={`${showUsd(spentNanoUsd)} of ${showUsd(monthlyBudgetNanoUsd)}`}
      percent={percentOf(spentNanoUsd, monthlyBudgetNanoUsd)}
    />
  );
}
