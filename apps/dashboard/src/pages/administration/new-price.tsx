import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ApiError, dataOf, type Schemas } from '../../api/client.js';
import {
  nameOf,
  type PriceParts,
  rateFields,
  readPriceForm,
  toPriceFields,
} from '../../figures/price-form.js';
import { Button } from '../../ui/button.js';
import { Check, Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Skeleton } from '../../ui/skeleton.js';
import { changedBy, pricesQuery } from './catalogue-queries.js';
import { PricePreview } from './price-preview.js';

type Price = Schemas['BookedPrice'];
type Draft = Schemas['NewPrice'];

/** Drafts a price, shows what it would change, and adds it. */
export function NewPrice({ modelId }: { modelId: string }) {
  const { data: prices } = useQuery(pricesQuery(modelId));
  const add = useAddPrice(modelId);
  const inForce = prices?.find(({ effectiveFrom }) => Date.parse(effectiveFrom) <= Date.now());
  return (
    <Card
      title="New price"
      about="In USD for a million tokens, with at most six decimals. What is left empty costs what any input does."
    >
      {prices ? (
        // Begun anew once there is another price to begin with.
        <PriceForm key={inForce?.id} modelId={modelId} from={inForce} add={add} />
      ) : (
        <Skeleton className="h-64" />
      )}
    </Card>
  );
}

interface PriceFormProps {
  modelId: string;
  /** The price in force. */
  from: Price | undefined;
  add: ReturnType<typeof useAddPrice>;
}

function PriceForm({ modelId, from, add }: PriceFormProps) {
  const [parts, setParts] = useState<PriceParts>({
    hasLongContext: from?.longContext != null,
    hasPeak: from?.peak != null,
  });
  const [unreadable, setUnreadable] = useState<Record<string, string>>({});
  const preview = usePreview(modelId);
  const refusal = preview.error ?? add.error;
  const problems = { ...unreadable, ...problemOf(refusal) };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    add.reset();
    const read = readPriceForm(sentFields(event), parts);
    setUnreadable('problems' in read ? read.problems : {});
    if ('price' in read) preview.mutate(read.price);
    else preview.reset();
  };
  const draft = preview.data && preview.variables;
  return (
    // What is shown is of what was sent: it goes as soon as something else stands there.
    <form className="space-y-6" onSubmit={submit} onChange={() => preview.reset()} noValidate>
      <PriceFields from={from} problems={problems} parts={parts} onParts={setParts} />
      {Object.keys(problems).length === 0 && <Problem error={refusal} />}
      {add.isSuccess && <Notice tone="good">The price is in the book.</Notice>}
      <Button type="submit" isBusy={preview.isPending}>
        Show what it changes
      </Button>
      {draft && (
        <PricePreview
          preview={preview.data}
          actions={
            <Button
              variant="primary"
              isBusy={add.isPending}
              onClick={() => add.mutate(draft, { onSuccess: () => preview.reset() })}
            >
              Add this price
            </Button>
          }
        />
      )}
    </form>
  );
}

interface PriceFieldsProps {
  from: Price | undefined;
  /** By the name of the field. */
  problems: Record<string, string>;
  parts: PriceParts;
  onParts: (parts: PriceParts) => void;
}

function PriceFields({ from, problems, parts, onParts }: PriceFieldsProps) {
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

/** Of a refusal that names its field. */
function problemOf(error: unknown): Record<string, string> {
  return error instanceof ApiError && error.param ? { [error.param]: error.message } : {};
}

function usePreview(modelId: string) {
  return useMutation({
    mutationFn: (body: Draft) =>
      dataOf(
        api.POST('/api/administration/models/{modelId}/price-previews', {
          params: { path: { modelId } },
          body,
        }),
      ),
  });
}

function useAddPrice(modelId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Draft) =>
      dataOf(
        api.POST('/api/administration/models/{modelId}/prices', { params: { path: { modelId } }, body }),
      ),
    onSuccess: () =>
      Promise.all(changedBy(modelId).map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
