import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { askAuth } from '../../api/auth.js';
import { showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Field, Select } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { roleAbouts, roleNames } from './roles.js';

interface Invitation {
  id: string;
  email: string;
  role: string;
  status: string;
  expiresAt: string;
}

export function Invitations() {
  const { organisationId } = useOrganisation();
  const { data, error } = useQuery({
    queryKey: ['invitations', organisationId],
    queryFn: () => askAuth<Invitation[]>(`/organization/list-invitations?organizationId=${organisationId}`),
  });
  const open = data?.filter(
    ({ status, expiresAt }) => status === 'pending' && Date.parse(expiresAt) > Date.now(),
  );
  return (
    <Card title="Invite somebody" about="They get a mail with a link that is good for 48 hours.">
      <InvitationForm />
      <Problem error={error} />
      {open && open.length > 0 && (
        <ul className="mt-4 divide-y divide-line border-t border-line">
          {open.map((invitation) => (
            <OpenInvitation key={invitation.id} invitation={invitation} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function InvitationForm() {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const invite = useMutation({
    mutationFn: (fields: Record<string, string>) =>
      askAuth('/organization/invite-member', { organizationId: organisationId, ...fields }),
    onSuccess: async () => {
      form.current?.reset();
      await queries.invalidateQueries({ queryKey: ['invitations', organisationId] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => invite.mutate(sentFields(event));
  return (
    <form ref={form} className="flex flex-wrap items-end gap-3" onSubmit={submit}>
      <Field label="E-mail" name="email" type="email" className="min-w-56 flex-1" required />
      <Select label="Role" name="role" className="w-64" defaultValue="member">
        {roleNames.map((role) => (
          <option key={role} value={role}>
            {role}: {roleAbouts[role]}
          </option>
        ))}
      </Select>
      <Button type="submit" isBusy={invite.isPending}>
        Invite
      </Button>
      <div className="w-full">
        <Problem error={invite.error} />
      </div>
    </form>
  );
}

function OpenInvitation({ invitation }: { invitation: Invitation }) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => askAuth('/organization/cancel-invitation', { invitationId: invitation.id }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['invitations', organisationId] }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-3">
      <span className="min-w-0">
        <span className="block truncate font-medium">{invitation.email}</span>
        <span className="text-xs text-muted">
          as {invitation.role}, until {showTime(new Date(invitation.expiresAt).toISOString())}
        </span>
      </span>
      <Button variant="quiet" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
        Take back
      </Button>
    </li>
  );
}
