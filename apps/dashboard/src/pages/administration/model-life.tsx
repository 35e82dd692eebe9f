import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { showDate, showTime } from '../../figures/show-time.js';
import { showCount } from '../../figures/show-usd.js';
import { Button } from '../../ui/button.js';
import { Confirm } from '../../ui/dialog.js';
import { Field, Select } from '../../ui/field.js';
import { MoneyCell } from '../../ui/money.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { changedBy, modelUsersQuery } from './catalogue-queries.js';
import { stateOf } from './model-state.js';

type Model = Schemas['AdministeredModel'];
type Change = Schemas['ModelChange'];

/** Deprecates a model, retires it, or takes both back; always with who it is that uses it. */
export function ModelLife({ model, models }: { model: Model; models: Model[] }) {
  const [asked, setAsked] = useState<Change>();
  const change = useChange(model.id);
  const ask = (wanted: Change) => {
    change.reset();
    setAsked(wanted);
  };
  const close = () => setAsked(undefined);
  return (
    <Card
      title="On offer"
      about="A deprecated model is sold as before and says when it may end; a retired one takes no new requests."
    >
      <div className="space-y-6">
        <Users modelId={model.id} />
        <Deprecation model={model} models={models} onAsk={ask} />
        <Retirement model={model} onAsk={ask} />
      </div>
      <Confirm
        title={`Change ${model.id}?`}
        isOpen={asked !== undefined}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              variant="primary"
              isBusy={change.isPending}
              onClick={() => change.mutate(asked!, { onSuccess: close })}
            >
              Change it
            </Button>
          </>
        }
      >
        {asked && <p>{inWords(asked)}</p>}
        <UsersNotice modelId={model.id} />
        <Problem error={change.error} />
      </Confirm>
    </Card>
  );
}

function Deprecation({
  model,
  models,
  onAsk,
}: {
  model: Model;
  models: Model[];
  onAsk: (change: Change) => void;
}) {
  const others = models.filter(({ id, retiredAt }) => id !== model.id && retiredAt === null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { on, replacedBy } = sentFields(event);
    if (on) onAsk({ deprecatedAt: `${on}T00:00:00.000Z`, replacedBy: replacedBy || null });
  };
  return (
    <form className="flex flex-wrap items-end gap-3" onSubmit={submit}>
      <Field
        key={model.deprecatedAt}
        label="May end from (UTC)"
        name="on"
        type="date"
        required
        defaultValue={model.deprecatedAt?.slice(0, 10) ?? ''}
      />
      <Select
        label="To be replaced by"
        name="replacedBy"
        className="w-56"
        defaultValue={model.replacedBy ?? ''}
      >
        <option value="">none is named</option>
        {others.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </Select>
      <Button type="submit">Deprecate</Button>
      {model.deprecatedAt && (
        <Button onClick={() => onAsk({ deprecatedAt: null, replacedBy: null })}>
          Not deprecated any more
        </Button>
      )}
    </form>
  );
}

function Retirement({ model, onAsk }: { model: Model; onAsk: (change: Change) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { from } = sentFields(event);
    onAsk({ retiredAt: from ? new Date(`${from}Z`).toISOString() : new Date().toISOString() });
  };
  return (
    <form className="flex flex-wrap items-end gap-3" onSubmit={submit}>
      <Field
        label="Not on offer from (UTC)"
        name="from"
        type="datetime-local"
        hint="Left empty: from now on."
      />
      <Button type="submit" variant="danger">
        Retire
      </Button>
      {model.retiredAt && (
        <Button onClick={() => onAsk({ retiredAt: null })}>
          {stateOf(model, Date.now()) === 'retired' ? 'Offer it again' : 'Do not retire it'}
        </Button>
      )}
    </form>
  );
}

/** Who was charged for it lately. */
function Users({ modelId }: { modelId: string }) {
  const { data, error } = useQuery(modelUsersQuery(modelId));
  if (data?.accounts === 0) return <Notice>Nobody was charged for it in the last 30 days.</Notice>;
  return (
    <div className="-mx-4 sm:-mx-6">
      <Problem error={error} />
      <Table
        label="Who uses it"
        head={
          <>
            <Th>{data ? `Used by ${showCount(data.accounts)} in the last 30 days` : 'Used by'}</Th>
            <Th className="text-right">Requests</Th>
            <Th className="text-right">Paid</Th>
            <Th>Last</Th>
          </>
        }
      >
        {!data && <SkeletonRows columns={4} rows={2} />}
        {data?.users.map(({ id, email, requests, chargedNanoUsd, lastHour }) => (
          <tr key={id}>
            <Td>{email || id}</Td>
            <Td className="text-right">{showCount(BigInt(requests))}</Td>
            <Td>
              <MoneyCell nanoUsd={chargedNanoUsd} />
            </Td>
            <Td className="whitespace-nowrap text-muted">{showDate(lastHour)}</Td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function UsersNotice({ modelId }: { modelId: string }) {
  const { data } = useQuery(modelUsersQuery(modelId));
  if (!data) return null;
  if (data.accounts === 0) return <Notice>Nobody was charged for it in the last 30 days.</Notice>;
  const first = data.users.slice(0, 3).map(({ id, email }) => email || id);
  const more = data.accounts - first.length;
  return (
    <Notice tone="warning">
      {showCount(data.accounts)} {data.accounts === 1 ? 'account' : 'accounts'} used it in the last 30 days:{' '}
      {first.join(', ')}
      {more > 0 && ` and ${showCount(more)} more`}.
    </Notice>
  );
}

function useChange(modelId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Change) =>
      dataOf(api.PUT('/api/administration/models/{modelId}', { params: { path: { modelId } }, body })),
    onSuccess: () =>
      Promise.all(changedBy(modelId).map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

function inWords({ deprecatedAt, replacedBy, retiredAt }: Change): string {
  if (retiredAt)
    return `From ${showTime(retiredAt)} on it takes no new requests. What is under way is charged as ever.`;
  if (retiredAt === null) return 'It is on offer again.';
  if (!deprecatedAt) return 'It is not deprecated any more.';
  const replacement = replacedBy ? `, and name ${replacedBy} to move to` : '';
  return `Its customers are told that it may end from ${showDate(deprecatedAt)} on${replacement}.`;
}
