import { useMutation } from '@tanstack/react-query';
import { askAuth } from '../../api/auth.js';
import { Button } from '../../ui/button.js';
import { Notice, Problem } from '../../ui/notice.js';

/** Where the link in the mail leads. */
export const afterVerification = '/sign-in?verified=yes';

/** For somebody whose address is not confirmed yet. */
export function VerificationMail({ email }: { email: string }) {
  const send = useMutation({
    mutationFn: () => askAuth('/send-verification-email', { email, callbackURL: afterVerification }),
  });
  if (send.isSuccess) return <Notice tone="good">A new link is on its way to {email}.</Notice>;
  return (
    <Notice tone="warning">
      <p>Confirm your e-mail address first: open the link in the mail we sent.</p>
      <Button className="mt-2" onClick={() => send.mutate()} isBusy={send.isPending}>
        Send a new link
      </Button>
      <Problem error={send.error} />
    </Notice>
  );
}
