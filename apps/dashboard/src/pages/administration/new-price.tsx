import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ApiError, dataOf, type Schemas } from '../../api/client.js';
import { type PriceParts, readPriceForm } from '../../figures/price-form.js';
import { Button } from '../../ui/button.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Skeleton } from '../../ui/skeleton.js';
import { changedBy, pricesQuery } from './catalogue-queries.js';
import { PriceFields } from './price-fields.js';
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
