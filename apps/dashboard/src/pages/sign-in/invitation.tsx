import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { askAuth } from '../../api/auth.js';
import { Button } from '../../ui/button.js';
import { Problem } from '../../ui/notice.js';
import { Card, Page } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';

interface InvitationAnswer {
  organizationName: string;
  inviterEmail: string;
  role: string;
}

/** Where the link of an invitation's mail leads. Only whom it is for can see it. */
export function Invitation() {
  const { invitationId } = useParams({ from: '/shell/invitations/$invitationId' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const invitation = useQuery({
    queryKey: ['invitation', invitationId],
    queryFn: () =>
      askAuth<InvitationAnswer>(`/organization/get-invitation?id=${encodeURIComponent(invitationId)}`),
    retry: false,
  });
  const answer = useMutation({
    mutationFn: (path: string) => askAuth(path, { invitationId }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      await navigate({ to: '/dashboard' });
    },
  });
  return (
    <Page title="Invitation">
      <Card className="max-w-xl">
        <Problem error={invitation.error ?? answer.error} />
        {invitation.isPending && <Skeleton className="h-16" />}
        {invitation.data && (
          <div className="space-y-4">
            <p>
              {invitation.data.inviterEmail} invites you to join{' '}
              <strong className="font-semibold">{invitation.data.organizationName}</strong> as{' '}
              {invitation.data.role}.
            </p>
            <div className="flex gap-2">
              <Button
                variant="primary"
                isBusy={answer.isPending}
                onClick={() => answer.mutate('/organization/accept-invitation')}
              >
                Join
              </Button>
              <Button
                isBusy={answer.isPending}
                onClick={() => answer.mutate('/organization/reject-invitation')}
              >
                Decline
              </Button>
            </div>
          </div>
        )}
      </Card>
    </Page>
  );
}
