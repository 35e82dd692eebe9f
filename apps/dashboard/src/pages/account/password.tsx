import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { askAuth } from '../../api/auth.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';

export function Password() {
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/change-password', fields),
    onSuccess: () => form.current?.reset(),
  });
  return (
    <Card title="Password" about="A change signs you out everywhere else.">
      <form ref={form} className="max-w-sm space-y-4" onSubmit={(event) => change.mutate(sentFields(event))}>
        <Field
          label="Current password"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
        />
        <Field
          label="New password"
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          hint="At least 10 characters."
        />
        <Problem error={change.error} />
        {change.isSuccess && <Notice tone="good">Your password is changed.</Notice>}
        <Button type="submit" isBusy={change.isPending}>
          Change password
        </Button>
      </form>
    </Card>
  );
}
