import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client.js';
import { rateFields, showDifference } from '../../figures/price-form.js';
import { showTime } from '../../figures/show-time.js';
import { showCount, showUsdPerMillion } from '../../figures/show-usd.js';
import { Money, MoneyCell } from '../../ui/money.js';
import { Table, Td, Th } from '../../ui/table.js';

type Preview = Schemas['PricePreview'];
type Rates = Preview['after']['rates'];

/** What adding a price would change. */
export function PricePreview({ preview, actions }: { preview: Preview; actions: ReactNode }) {
  const { before, after, since, requests, affectedAccounts } = preview;
  return (
    <section aria-label="What it changes" className="space-y-6 border-t border-line pt-6">
      <div>
        <h3 className="text-base">What it changes</h3>
        <p className="text-muted">
          In force from {showTime(after.effectiveFrom)}. What is held by then keeps its own price.
        </p>
      </div>
      <RatesTable label="Rates" before={before?.rates} after={after.rates} />
      {(before?.longContext || after.longContext) && (
        <RatesTable
          label={longContextLabel(preview)}
          before={before?.longContext?.rates ?? before?.rates}
          after={after.longContext?.rates ?? after.rates}
        />
      )}
      {(before?.peak || after.peak) && (
        <p>
          Dearer hours: {peakText(before)} before, {peakText(after)} with it.
        </p>
      )}
      <div data-testid="effect">
        <p>
          {showCount(BigInt(requests))} requests were charged since {showTime(since)}. At these prices they
          cost:
        </p>
        <Comparison preview={preview} />
      </div>
      <TokensTable preview={preview} />
      {affectedAccounts > 0 && <AccountsTable preview={preview} />}
      <div className="flex justify-end">{actions}</div>
    </section>
  );
}

function Comparison({ preview: { beforeNanoUsd, afterNanoUsd } }: { preview: Preview }) {
  const entries = [
    { label: 'Without it', nanoUsd: beforeNanoUsd },
    { label: 'With it', nanoUsd: afterNanoUsd },
    { label: 'Difference', nanoUsd: differenceOf({ beforeNanoUsd, afterNanoUsd }) },
  ];
  return (
    <dl className="mt-2 grid gap-4 sm:grid-cols-3">
      {entries.map(({ label, nanoUsd }) => (
        <div key={label} data-figure={label}>
          <dt className="text-muted">{label}</dt>
          <dd className="text-lg font-semibold tracking-tight">
            <Money nanoUsd={nanoUsd} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface RatesTableProps {
  label: string;
  before: Rates | undefined;
  after: Rates;
}

function RatesTable({ label, before, after }: RatesTableProps) {
  return (
    <Table
      label={label}
      head={
        <>
          <Th>{label}, USD for a million tokens</Th>
          <Th className="text-right">Without it</Th>
          <Th className="text-right">With it</Th>
          <Th className="text-right">Difference</Th>
        </>
      }
    >
      {rateFields.map(({ rate, label }) => (
        <tr key={rate}>
          <Td>{label}</Td>
          <Td className="text-right">{before && showUsdPerMillion(before[rate])}</Td>
          <Td className="text-right">{showUsdPerMillion(after[rate])}</Td>
          <Td className="text-right">{showDifference(before?.[rate], after[rate])}</Td>
        </tr>
      ))}
    </Table>
  );
}

function TokensTable({ preview }: { preview: Preview }) {
  const used = preview.tokens.filter(({ tokens }) => tokens !== '0');
  if (used.length === 0) return null;
  return (
    <RepricedTable
      label="By class of token"
      first={['Tokens', 'How many']}
      rows={used.map((each) => ({
        ...each,
        key: each.kind,
        name: each.kind.replaceAll('_', ' '),
        count: each.tokens,
      }))}
    />
  );
}

function AccountsTable({ preview: { accounts, affectedAccounts } }: { preview: Preview }) {
  return (
    <RepricedTable
      label={`Accounts that pay another amount: ${showCount(affectedAccounts)}`}
      first={['Account', 'Requests']}
      rows={accounts.map((each) => ({
        ...each,
        key: each.id,
        name: each.email || each.id,
        count: each.requests,
      }))}
    />
  );
}

interface RepricedTableProps {
  label: string;
  first: [name: string, count: string];
  rows: { key: string; name: string; count: string; beforeNanoUsd: string; afterNanoUsd: string }[];
}

function RepricedTable({ label, first, rows }: RepricedTableProps) {
  return (
    <div>
      <h4 className="text-sm font-medium">{label}</h4>
      <Table
        label={label}
        head={
          <>
            <Th>{first[0]}</Th>
            <Th className="text-right">{first[1]}</Th>
            <Th className="text-right">Without it</Th>
            <Th className="text-right">With it</Th>
            <Th className="text-right">Difference</Th>
          </>
        }
      >
        {rows.map((row) => (
          <tr key={row.key}>
            <Td>{row.name}</Td>
            <Td className="text-right">{showCount(BigInt(row.count))}</Td>
            <Td>
              <MoneyCell nanoUsd={row.beforeNanoUsd} />
            </Td>
            <Td>
              <MoneyCell nanoUsd={row.afterNanoUsd} />
            </Td>
            <Td>
              <MoneyCell nanoUsd={differenceOf(row)} />
            </Td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function differenceOf(repriced: { beforeNanoUsd: string; afterNanoUsd: string }): bigint {
  return BigInt(repriced.afterNanoUsd) - BigInt(repriced.beforeNanoUsd);
}

function longContextLabel({ before, after }: Preview): string {
  const above = (price: Preview['before']) =>
    price?.longContext ? showCount(price.longContext.aboveTokens) : 'none';
  const [was, is] = [above(before), above(after)];
  return was === is ? `Above ${is} input tokens` : `Long context (${was} before, ${is} with it)`;
}

function peakText(price: Preview['before']): string {
  return price?.peak ? `${price.peak.percent} % ${price.peak.hours} UTC` : 'none';
}
