import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { rateFields } from '../../figures/price-form.js';
import { showTime } from '../../figures/show-time.js';
import { showCount, showUsdPerMillion } from '../../figures/show-usd.js';
import { Badge } from '../../ui/badge.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { pricesQuery } from './catalogue-queries.js';

type Price = Schemas['BookedPrice'];

const columns = rateFields.length + 2;

/** The rows of a model's price book. They are never changed: a hold pins the one it was priced by. */
export function Prices({ modelId }: { modelId: string }) {
  const { data: prices, error } = useQuery(pricesQuery(modelId));
  const inForce = prices?.find(({ effectiveFrom }) => Date.parse(effectiveFrom) <= Date.now());
  return (
    <Card
      title="Prices"
      about="In USD for a million tokens. A price is never changed: the newest whose time has come is in force, and what is under way keeps its own."
      isFlush
    >
      <Problem error={error} />
      <Table
        label="Prices"
        head={
          <>
            <Th>From</Th>
            {rateFields.map(({ label }) => (
              <Th key={label} className="text-right">
                {label}
              </Th>
            ))}
            <Th>Source</Th>
          </>
        }
      >
        {!prices && <SkeletonRows columns={columns} rows={2} />}
        {prices?.length === 0 && (
          <tr>
            <Td colSpan={columns} className="text-muted">
              None yet: without a price it is not on offer.
            </Td>
          </tr>
        )}
        {prices?.map((price) => (
          <PriceRow key={price.id} price={price} isInForce={price === inForce} />
        ))}
      </Table>
    </Card>
  );
}

function PriceRow({ price, isInForce }: { price: Price; isInForce: boolean }) {
  const { longContext, peak, effectiveFrom } = price;
  const isToCome = Date.parse(effectiveFrom) > Date.now();
  return (
    <tr data-price={price.id}>
      <Td className="min-w-48">
        <span className="block whitespace-nowrap">{showTime(effectiveFrom)}</span>
        {isInForce && <Badge tone="good">in force</Badge>}
        {isToCome && <Badge>to come</Badge>}
      </Td>
      {rateFields.map(({ rate }) => (
        <Td key={rate} className="text-right whitespace-nowrap">
          {showUsdPerMillion(price.rates[rate])}
          {longContext && (
            <span className="block text-xs text-muted">{showUsdPerMillion(longContext.rates[rate])}</span>
          )}
        </Td>
      ))}
      <Td className="min-w-48 text-xs text-muted">
        {price.source}
        {longContext && (
          <span className="block">below: above {showCount(longContext.aboveTokens)} tokens</span>
        )}
        {peak && (
          <span className="block">
            {peak.percent} % of it {peak.hours} UTC
          </span>
        )}
      </Td>
    </tr>
  );
}
