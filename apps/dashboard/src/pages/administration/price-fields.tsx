import type { Schemas } from '../../api/client.js';
import { nameOf, type PriceParts, rateFields, toPriceFields } from '../../figures/price-form.js';
import { Check, Field } from '../../ui/field.js';

interface PriceFieldsProps {
  /** What it begins with; none: nothing stands there. */
  from?: Schemas['BookedPrice'] | undefined;
  /** By the name of the field. */
  problems: Record<string, string>;
  parts: PriceParts;
  onParts: (parts: PriceParts) => void;
}

/** What a price is made of, by the names by which billing refuses it. */
export function PriceFields({ from, problems, parts, onParts }: PriceFieldsProps) {
  const initial = toPriceFields(from);
  const field = (name: string) => ({ name, defaultValue: initial[name] ?? '', problem: problems[name] });
  const rate = (tier: 'rates' | 'longContext') =>
    rateFields.map(({ field: name, label }) => (
      <Field key={name} label={label} prefix="$" inputMode="decimal" {...field(nameOf(tier, name))} />
    ));
  return (
    <>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">{rate('rates')}</div>
      <Check
        label="Other rates for a long context"
        checked={parts.hasLongContext}
        onChange={(event) => onParts({ ...parts, hasLongContext: event.target.checked })}
      />
      {parts.hasLongContext && (
        <fieldset className="space-y-4">
          <legend className="sr-only">Long context</legend>
          <Field
            label="Above so many input tokens"
            className="max-w-64"
            inputMode="numeric"
            {...field('long_context_above_tokens')}
          />
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">{rate('longContext')}</div>
        </fieldset>
      )}
      <Check
        label="Dearer at certain hours"
        checked={parts.hasPeak}
        onChange={(event) => onParts({ ...parts, hasPeak: event.target.checked })}
      />
      {parts.hasPeak && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Hours (UTC)" placeholder="Mon-Fri 01:00-04:00,06:00-10:00" {...field('peak_hours')} />
          <Field
            label="Percent of every rate"
            inputMode="numeric"
            placeholder="200"
            {...field('peak_percent')}
          />
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="In force from (UTC)"
          type="datetime-local"
          hint="Left empty: from now on. Never in the past."
          {...field('effective_from')}
        />
        <Field label="Source" placeholder="the provider's price list of that day" {...field('source')} />
      </div>
    </>
  );
}
