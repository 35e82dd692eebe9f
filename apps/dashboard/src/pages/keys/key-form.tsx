import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../api/client.js';
import { type KeyFormFields, readKeyForm, toKeyFormFields } from '../../figures/key-form.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';

interface KeyFormProps {
  /** What is there already; undefined: a new key. */
  settings?: Schemas['KeySettings'];
  submitLabel: string;
  isBusy: boolean;
  error: unknown;
  onSubmit: (settings: Schemas['KeySettings']) => void;
}

export function KeyForm({ settings, submitLabel, isBusy, error, onSubmit }: KeyFormProps) {
  const [problems, setProblems] = useState<Partial<Record<keyof KeyFormFields, string>>>({});
  const initial = toKeyFormFields(settings);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const read = readKeyForm(sentFields(event) as unknown as KeyFormFields);
    if ('problems' in read) return setProblems(read.problems);
    setProblems({});
    onSubmit(read.settings);
  };
  const field = (name: keyof KeyFormFields) => ({
    name,
    defaultValue: initial[name],
    problem: problems[name],
  });
  return (
    <form className="space-y-4" onSubmit={submit} noValidate>
      <Field label="Name" {...field('name')} autoFocus maxLength={100} placeholder="production" />
      <Field
        label="Models"
        {...field('allowedModels')}
        placeholder="all of them"
        hint="Ids with commas between, * for any characters: gpt-4o*, claude-*. Empty: every model."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Requests per minute"
          {...field('requestsPerMinute')}
          inputMode="numeric"
          placeholder="no limit"
        />
        <Field
          label="Tokens per minute"
          {...field('tokensPerMinute')}
          inputMode="numeric"
          placeholder="no limit"
        />
        <Field
          label="Budget per month (USD)"
          {...field('monthlyBudget')}
          prefix="$"
          inputMode="decimal"
          placeholder="no budget"
          hint="Requests beyond it are refused."
        />
        <Field label="Expires" {...field('expiresOn')} type="date" hint="At the end of this day, UTC." />
      </div>
      <Problem error={error} />
      <div className="flex justify-end">
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
