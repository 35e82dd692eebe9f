import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { askAuth } from '../../api/auth.js';
import { ApiError } from '../../api/client.js';
import { currentSessionQuery } from '../../api/queries.js';
import { ownPath } from '../../figures/own-path.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SignInLayout } from './sign-in-layout.js';
import { VerificationMail } from './verification-mail.js';

export function SignIn() {
  const search = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const signIn = useMutation({
    mutationFn: (fields: Record<string, string>) =>
      askAuth<{ twoFactorRedirect?: boolean }>('/sign-in/email', fields),
    onSuccess: async ({ twoFactorRedirect }) => {
      if (twoFactorRedirect) return navigate({ to: '/two-factor', search: { next: search.next } });
      await queries.fetchQuery({ ...currentSessionQuery, staleTime: 0 });
      return navigate({ href: ownPath(search.next) });
    },
  });
  const isUnverified = signIn.error instanceof ApiError && signIn.error.code === 'EMAIL_NOT_VERIFIED';
  return (
    <SignInLayout
      title="Sign in"
      footer={
        <>
          New here?{' '}
          <Link to="/sign-up" className="font-medium text-ink underline underline-offset-4">
            Create an account
          </Link>
        </>
      }
    >
      <SignInNotice search={search} />
      <form className="space-y-4" onSubmit={(event) => signIn.mutate(sentFields(event))}>
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        {isUnverified ? <VerificationMail email={email} /> : <Problem error={signIn.error} />}
        <Button type="submit" variant="primary" className="w-full" isBusy={signIn.isPending}>
          Sign in
        </Button>
      </form>
      <Link
        to="/forgot-password"
        className="inline-block py-1 text-muted underline underline-offset-4 hover:text-ink"
      >
        Forgot your password?
      </Link>
    </SignInLayout>
  );
}

function SignInNotice({ search }: { search: { error?: string; verified?: string; next?: string } }) {
  if (search.error) {
    return (
      <Notice tone="danger">
        That did not work: the link may have been used or be too old. Sign in, or ask for a new one.
      </Notice>
    );
  }
  if (search.verified) return <Notice tone="good">Your address is confirmed. Sign in to begin.</Notice>;
  if (search.next && search.next !== '/dashboard') return <Notice>Sign in to go on.</Notice>;
  return null;
}
