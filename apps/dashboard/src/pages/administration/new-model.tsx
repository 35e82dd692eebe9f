import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, ApiError, dataOf } from '../../api/client.js';
import { modelFieldNames, type NewModelDraft, readModelForm } from '../../figures/model-form.js';
import { type PriceParts, readPriceForm } from '../../figures/price-form.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Skeleton } from '../../ui/skeleton.js';
import { catalogueQuery, changedBy } from './catalogue-queries.js';
import { NewModelPreview } from './new-model-preview.js';
import { PriceFields } from './price-fields.js';

/** Drafts a model with its first price, shows what customers will see of it, and makes it. */
export function NewModel() {
  const { data: models, error } = useQuery(catalogueQuery);
  return (
    <Card
      title="New model"
      about="It is on offer as soon as it has a price. Prices are in USD for a million tokens, with at most six decimals."
      actions={
        <Link to="/dashboard/administration/models" className="underline underline-offset-4">
          All models
        </Link>
      }
    >
      <Problem error={error} />
      {models ? <NewModelForm taken={models.map(({ id }) => id)} /> : <Skeleton className="h-64" />}
    </Card>
  );
}

function NewModelForm({ taken }: { taken: string[] }) {
  const [parts, setParts] = useState<PriceParts>({ hasLongContext: false, hasPeak: false });
  const [unreadable, setUnreadable] = useState<Record<string, string>>({});
  const [draft, setDraft] = useState<NewModelDraft>();
  const create = useCreateModel();
  const problems = { ...unreadable, ...problemOf(create.error) };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    create.reset();
    const fields = sentFields(event);
    // One that was made before its price was refused is this form's own.
    const read = readModelForm(
      fields,
      taken.filter((id) => id !== create.made),
    );
    const price = readPriceForm(fields, parts);
    const found = {
      ...('problems' in read && read.problems),
      ...('problems' in price && price.problems),
    };
    setUnreadable(found);
    setDraft('model' in read && 'price' in price ? { ...read, ...price } : undefined);
  };
  return (
    // What is shown is of what was sent: it goes as soon as something else stands there.
    <form className="space-y-6" onSubmit={submit} onChange={() => setDraft(undefined)} noValidate>
      <ModelFields problems={problems} />
      <fieldset className="space-y-6">
        <legend className="pb-4 text-sm font-semibold">First price</legend>
        <PriceFields problems={problems} parts={parts} onParts={setParts} />
      </fieldset>
      {create.error !== null && Object.keys(problems).length === 0 && <Problem error={create.error} />}
      <Button type="submit">Show what it will be</Button>
      {draft && (
        <NewModelPreview
          draft={draft}
          actions={
            <Button variant="primary" isBusy={create.isPending} onClick={() => create.mutate(draft)}>
              Create this model
            </Button>
          }
        />
      )}
    </form>
  );
}

type FieldName = (typeof modelFieldNames)[number];

const fields: Record<FieldName, { label: string; placeholder: string; hint?: string }> = {
  id: { label: 'Id', placeholder: 'gpt-4o-mini', hint: 'What customers put into their requests.' },
  provider: { label: 'Provider', placeholder: 'openai', hint: 'Whose adapter serves it.' },
  upstream_model: { label: 'Served as', placeholder: 'gpt-4o-mini', hint: "The provider's own id of it." },
  owned_by: { label: 'Owned by', placeholder: 'openai' },
  context_tokens: { label: 'Context, in tokens', placeholder: '128000' },
  max_output_tokens: { label: 'Longest output, in tokens', placeholder: '16384' },
  capabilities: {
    label: 'Capabilities',
    placeholder: 'image, tools, structured_output',
    hint: 'With commas between. Left empty: text alone.',
  },
};

function ModelFields({ problems }: { problems: Record<string, string> }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {modelFieldNames.map((name) => (
        <Field
          key={name}
          name={name}
          problem={problems[name]}
          autoCapitalize="off"
          autoComplete="off"
          inputMode={name.endsWith('_tokens') ? 'numeric' : undefined}
          {...fields[name]}
        />
      ))}
    </div>
  );
}

/** Of a refusal that names its field. */
function problemOf(error: unknown): Record<string, string> {
  return error instanceof ApiError && error.param ? { [error.param]: error.message } : {};
}

/** The model first: without a price it is not on offer, so what stops in between sells nothing at no price. */
function useCreateModel() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [made, setMade] = useState<string>();
  const mutation = useMutation({
    mutationFn: async ({ id, model, price }: NewModelDraft) => {
      const params = { path: { modelId: id } };
      await dataOf(api.PUT('/api/administration/models/{modelId}', { params, body: model }));
      setMade(id);
      return dataOf(api.POST('/api/administration/models/{modelId}/prices', { params, body: price }));
    },
    onSettled: (_price, _error, { id }) =>
      Promise.all(changedBy(id).map((queryKey) => queries.invalidateQueries({ queryKey }))),
    onSuccess: (_price, { id }) =>
      navigate({ to: '/dashboard/administration/models/$modelId', params: { modelId: id } }),
  });
  return { ...mutation, made };
}
