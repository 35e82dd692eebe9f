import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MailCheck } from 'lucide-react';
import { askAuth } from '../../api/auth.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SignInLayout } from './sign-in-layout.js';
import { afterVerification } from './verification-mail.js';

export function SignUp() {
  const signUp = useMutation({
    mutationFn: async (fields: Record<string, string>) => {
      await askAuth('/sign-up/email', { ...fields, callbackURL: afterVerification });
      return fields['email']!;
    },
  });
  if (signUp.data) return <LookAtMail email={signUp.data} />;
  return (
    <SignInLayout
      title="Create an account"
      about="With a balance of your own and as many keys as you need. Nothing to pay until you top up."
      footer={
        <>
          Have one already?{' '}
          <Link to="/sign-in" className="font-medium text-ink underline underline-offset-4">
            Sign in
          </Link>
        </>
      }
    >
      <form className="space-y-4" onSubmit={(event) => signUp.mutate(sentFields(event))}>
        <Field label="Name" name="name" autoComplete="name" required maxLength={100} autoFocus />
        <Field label="E-mail" name="email" type="email" autoComplete="username" required />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint="At least 10 characters. A few words that only you would put together are good."
        />
        <Problem error={signUp.error} />
        <Button type="submit" variant="primary" className="w-full" isBusy={signUp.isPending}>
          Create account
        </Button>
      </form>
    </SignInLayout>
  );
}

/** The same whether the address has an account already: only its owner may know, and gets a mail that says so. */
function LookAtMail({ email }: { email: string }) {
  return (
    <SignInLayout
      title="Look into your mailbox"
      about={
        <>
          We sent a link to <strong className="font-medium text-ink">{email}</strong>. Open it to confirm the
          address; it is good for one hour.
        </>
      }
    >
      <MailCheck size={32} aria-hidden className="text-accent" />
      <p className="text-muted">
        Nothing came? Look among the unwanted mail, then{' '}
        <Link to="/sign-in" className="underline underline-offset-4">
          sign in
        </Link>{' '}
        to ask for a new link.
      </p>
    </SignInLayout>
  );
}
