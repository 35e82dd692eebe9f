import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { askAuth } from '../../api/auth.js';
import { useSession } from '../../layout/use-organisation.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Code } from '../../ui/code.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';

interface Enrolment {
  totpURI: string;
  backupCodes: string[];
}

export function SecondFactor() {
  const { person } = useSession();
  return (
    <Card
      title="Second factor"
      about="A code of an authenticator app, asked for after the password."
      actions={person.twoFactorEnabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>}
    >
      {person.twoFactorEnabled ? <TurnOff /> : <TurnOn />}
    </Card>
  );
}

function TurnOn() {
  const queries = useQueryClient();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const enrol = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth<Enrolment>('/two-factor/enable', fields),
    onSuccess: setEnrolment,
  });
  const verify = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/two-factor/verify-totp', fields),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  if (!enrolment) {
    return (
      <form className="max-w-sm space-y-4" onSubmit={(event) => enrol.mutate(sentFields(event))}>
        <Field
          label="Your password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Problem error={enrol.error} />
        <Button type="submit" isBusy={enrol.isPending}>
          Turn on
        </Button>
      </form>
    );
  }
  const secret = new URL(enrolment.totpURI).searchParams.get('secret') ?? '';
  return (
    <form className="max-w-md space-y-4" onSubmit={(event) => verify.mutate(sentFields(event))}>
      <div>
        <p className="font-medium">1. Put this key into your authenticator app</p>
        <p className="mt-1 flex items-center gap-2">
          <code className="rounded-sm bg-sunken px-2 py-1 font-mono text-xs break-all">{secret}</code>
          <CopyButton text={secret} label="Copy the key" />
        </p>
      </div>
      <div>
        <p className="mb-1 font-medium">2. Keep these recovery codes, each is good once</p>
        <Code label="recovery codes" text={enrolment.backupCodes.join('\n')} />
      </div>
      <Field
        label="3. Enter the code that the app shows"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
      />
      <Problem error={verify.error} />
      <Button type="submit" variant="primary" isBusy={verify.isPending}>
        Confirm
      </Button>
    </form>
  );
}

function TurnOff() {
  const queries = useQueryClient();
  const disable = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/two-factor/disable', fields),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <form className="max-w-sm space-y-4" onSubmit={(event) => disable.mutate(sentFields(event))}>
      <Notice>Without it, whoever knows your password is you.</Notice>
      <Field label="Your password" name="password" type="password" autoComplete="current-password" required />
      <Problem error={disable.error} />
      <Button type="submit" variant="danger" isBusy={disable.isPending}>
        Turn off
      </Button>
    </form>
  );
}
