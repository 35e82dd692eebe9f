import type { ReactNode } from 'react';
import type { NewModelDraft } from '../../figures/model-form.js';
import { rateFields } from '../../figures/price-form.js';
import { showTime } from '../../figures/show-time.js';
import { showCount, showUsdPerMillion } from '../../figures/show-usd.js';
import { Table, Td, Th } from '../../ui/table.js';

/** What customers will see of a model, and pay for it. */
export function NewModelPreview({ draft, actions }: { draft: NewModelDraft; actions: ReactNode }) {
  const { id, model, price } = draft;
  const { rates, longContext, peak, effectiveFrom } = price;
  const facts = [
    ['Id', id],
    ['Served by', `${model.provider}, as ${model.upstreamModel}`],
    ['Owned by', model.ownedBy],
    ['Context', `${showCount(model.contextTokens)} tokens, of output ${showCount(model.maxOutputTokens)}`],
    ['Capabilities', model.capabilities.join(', ') || 'text alone'],
    ['On offer', effectiveFrom ? `from ${showTime(effectiveFrom)}` : 'at once'],
    ...(peak ? [['Dearer hours', `${peak.hours} (UTC), ${peak.percent} % of every rate`]] : []),
  ];
  return (
    <section aria-label="What it will be" className="space-y-6 border-t border-line pt-6">
      <h3 className="text-base">What it will be</h3>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <Table
        label="Price"
        head={
          <>
            <Th>USD for a million tokens</Th>
            <Th className="text-right">Price</Th>
            {longContext && (
              <Th className="text-right">Above {showCount(longContext.aboveTokens)} input tokens</Th>
            )}
          </>
        }
      >
        {rateFields.map(({ rate, label }) => (
          <tr key={rate}>
            <Td>{label}</Td>
            <Td className="text-right">{rateText(rates[rate])}</Td>
            {longContext && <Td className="text-right">{rateText(longContext.rates[rate])}</Td>}
          </tr>
        ))}
      </Table>
      <div className="flex justify-end">{actions}</div>
    </section>
  );
}

function rateText(picoUsd: string | undefined): string {
  return picoUsd === undefined ? 'as any input' : showUsdPerMillion(picoUsd);
}
