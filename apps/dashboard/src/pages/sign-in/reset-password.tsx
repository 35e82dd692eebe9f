import { useMutation } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { askAuth } from '../../api/auth.js';
import { Button, buttonClass } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Notice, Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';
import { SignInLayout } from './sign-in-layout.js';

export function ResetPassword() {
  const { token } = useSearch({ from: '/reset-password' });
  const reset = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/reset-password', { ...fields, token }),
  });
  if (reset.isSuccess) {
    return (
      <SignInLayout title="Your password is changed" about="You were signed out everywhere else.">
        <Link to="/sign-in" className={buttonClass('primary')}>
          Sign in
        </Link>
      </SignInLayout>
    );
  }
  return (
    <SignInLayout title="Choose a new password">
      {token === undefined && (
        <Notice tone="danger">The link is not complete. Open it from the mail once more.</Notice>
      )}
      <form className="space-y-4" onSubmit={(event) => reset.mutate(sentFields(event))}>
        <Field
          label="New password"
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          hint="At least 10 characters."
        />
        <Problem error={reset.error} />
        <Button type="submit" variant="primary" className="w-full" isBusy={reset.isPending}>
          Change password
        </Button>
      </form>
    </SignInLayout>
  );
}
