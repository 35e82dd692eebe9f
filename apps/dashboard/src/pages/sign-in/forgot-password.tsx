import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askAuth } from '../../api/auth.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SignInLayout } from './sign-in-layout.js';

export function ForgotPassword() {
  const ask = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/request-password-reset', fields),
  });
  return (
    <SignInLayout
      title="Set a new password"
      about="We send you a link with which you choose one. It is good for 30 minutes."
      footer={
        <Link to="/sign-in" className="underline underline-offset-4">
          Back to the sign-in
        </Link>
      }
    >
      {ask.isSuccess ? (
        <Notice tone="good">If there is an account with this address, a mail is on its way.</Notice>
      ) : (
        <form className="space-y-4" onSubmit={(event) => ask.mutate(sentFields(event))}>
          <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
          <Problem error={ask.error} />
          <Button type="submit" variant="primary" className="w-full" isBusy={ask.isPending}>
            Send the link
          </Button>
        </form>
      )}
    </SignInLayout>
  );
}
