import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { topUpSettingsQuery } from '../../api/queries.js';
import { readTopUpForm, toTopUpFormFields, type TopUpFormFields } from '../../figures/top-up-form.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Check, Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Skeleton } from '../../ui/skeleton.js';

export function TopUpSettings() {
  const { organisationId } = useOrganisation();
  const { data: settings, error } = useQuery(topUpSettingsQuery(organisationId));
  return (
    <Card title="Alert and automatic top-up" about="So that a balance that runs low is no surprise.">
      <Problem error={error} />
      {!settings && !error && <Skeleton className="h-40" />}
      {settings && <SettingsForm settings={settings} />}
    </Card>
  );
}

function SettingsForm({ settings }: { settings: Schemas['TopUpSettings'] }) {
  const { may } = useOrganisation();
  const [isAutomatic, setIsAutomatic] = useState(settings.automatic !== null);
  const [problems, setProblems] = useState<Partial<TopUpFormFields>>({});
  const save = useSaveSettings();
  const initial = toTopUpFormFields(settings);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const fields = { ...initial, ...sentFields(event) };
    const read = readTopUpForm(fields, isAutomatic);
    if ('problems' in read) return setProblems(read.problems);
    setProblems({});
    save.mutate(read.settings);
  };
  const field = (name: keyof TopUpFormFields) => ({
    name,
    prefix: '$',
    inputMode: 'decimal' as const,
    defaultValue: initial[name],
    problem: problems[name],
  });
  return (
    <form onSubmit={submit} noValidate>
      <fieldset disabled={!may('billing:pay')} className="space-y-4">
        <Field
          label="Tell me when the balance falls below"
          className="max-w-64"
          placeholder="no alert"
          hint="By mail to those who may pay, once until it was above it again."
          {...field('lowBalance')}
        />
        <Check
          label="Top up automatically"
          checked={isAutomatic}
          onChange={(event) => setIsAutomatic(event.target.checked)}
        />
        {isAutomatic && (
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label="When available falls below" {...field('threshold')} />
            <Field label="Pay in" {...field('amount')} />
            <Field label="At most per month" {...field('monthlyCap')} hint="A calendar month, UTC." />
          </div>
        )}
        {isAutomatic && <AutomaticNotice settings={settings} />}
        <Problem error={save.error} />
        <div className="flex items-center gap-4">
          <Button type="submit" isBusy={save.isPending}>
            Save
          </Button>
          {save.isSuccess && (
            <span role="status" className="text-accent">
              Saved
            </span>
          )}
        </div>
      </fieldset>
    </form>
  );
}

function AutomaticNotice({ settings }: { settings: Schemas['TopUpSettings'] }) {
  if (settings.pausedReason) return <Notice tone="warning">Paused: {settings.pausedReason}</Notice>;
  if (settings.hasPaymentMethod) return null;
  return <Notice>There is no payment method yet: top up once by hand and choose to keep it.</Notice>;
}

function useSaveSettings() {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['TopUpSettingsChoice']) =>
      dataOf(
        api.PUT('/api/organisations/{organisationId}/top-up-settings', {
          params: { path: { organisationId } },
          body,
        }),
      ),
    onSuccess: (settings) => queries.setQueryData(topUpSettingsQuery(organisationId).queryKey, settings),
  });
}
