import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { askAuth } from '../../api/auth.js';
import { currentSessionQuery } from '../../api/queries.js';
import { ownPath } from '../../figures/own-path.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SignInLayout } from './sign-in-layout.js';

export function TwoFactor() {
  const { next } = useSearch({ from: '/two-factor' });
  const [usesRecoveryCode, setUsesRecoveryCode] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: (fields: Record<string, string>) =>
      askAuth(usesRecoveryCode ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp', fields),
    onSuccess: async () => {
      await queries.fetchQuery({ ...currentSessionQuery, staleTime: 0 });
      await navigate({ href: ownPath(next) });
    },
  });
  return (
    <SignInLayout
      title="Second factor"
      about={
        usesRecoveryCode
          ? 'Enter one of the recovery codes you kept. Each is good once.'
          : 'Enter the code that your authenticator app shows.'
      }
      footer={
        <Link to="/sign-in" className="underline underline-offset-4">
          Sign in as somebody else
        </Link>
      }
    >
      <form className="space-y-4" onSubmit={(event) => verify.mutate(sentFields(event))}>
        <Field
          key={String(usesRecoveryCode)}
          label={usesRecoveryCode ? 'Recovery code' : 'Code'}
          name="code"
          autoComplete="one-time-code"
          inputMode={usesRecoveryCode ? 'text' : 'numeric'}
          required
          autoFocus
        />
        <Problem error={verify.error} />
        <Button type="submit" variant="primary" className="w-full" isBusy={verify.isPending}>
          Go on
        </Button>
        <Button variant="quiet" className="w-full" onClick={() => setUsesRecoveryCode(!usesRecoveryCode)}>
          {usesRecoveryCode ? 'Use the authenticator app' : 'Use a recovery code'}
        </Button>
      </form>
    </SignInLayout>
  );
}
