import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { askAuth } from '../../api/auth.js';
import type { Schemas } from '../../api/client.js';
import { membersQuery } from '../../api/queries.js';
import { showDate } from '../../figures/show-time.js';
import { useOrganisation, useSession } from '../../layout/use-organisation.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Confirm } from '../../ui/dialog.js';
import { Select } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { roleNames } from './roles.js';

type Member = Schemas['Members']['members'][number];

export function Members() {
  const { organisationId } = useOrganisation();
  const { data: members, error } = useQuery(membersQuery(organisationId));
  return (
    <Card title="Members" isFlush>
      <Problem error={error} />
      <Table
        label="Members"
        head={
          <>
            <Th>Person</Th>
            <Th>Role</Th>
            <Th>Second factor</Th>
            <Th>Since</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </>
        }
      >
        {members ? (
          members.map((member) => <MemberRow key={member.id} member={member} />)
        ) : (
          <SkeletonRows columns={5} rows={2} />
        )}
      </Table>
    </Card>
  );
}

function MemberRow({ member }: { member: Member }) {
  const { may } = useOrganisation();
  const { person } = useSession();
  const isSelf = member.personId === person.id;
  return (
    <tr>
      <Td>
        <span className="block max-w-64 truncate font-medium">
          {member.name}
          {isSelf && <span className="font-normal text-muted"> (you)</span>}
        </span>
        <span className="block max-w-64 truncate text-xs text-muted">{member.email}</span>
      </Td>
      <Td>{may('members:change') && !isSelf ? <RoleSelect member={member} /> : member.role}</Td>
      <Td>{member.twoFactorEnabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>}</Td>
      <Td className="whitespace-nowrap text-muted">{showDate(member.joinedAt)}</Td>
      <Td className="text-right">{may('members:remove') && !isSelf && <RemoveMember member={member} />}</Td>
    </tr>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (role: string) =>
      askAuth('/organization/update-member-role', {
        organizationId: organisationId,
        memberId: member.id,
        role,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['members', organisationId] }),
  });
  return (
    <>
      <Select
        label={`Role of ${member.name}`}
        isLabelHidden
        className="w-32"
        value={change.isPending ? change.variables : member.role}
        onChange={(event) => change.mutate(event.target.value)}
      >
        {roleNames.map((role) => (
          <option key={role}>{role}</option>
        ))}
      </Select>
      <Problem error={change.error} />
    </>
  );
}

function RemoveMember({ member }: { member: Member }) {
  const { organisationId, organisationName } = useOrganisation();
  const queries = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      askAuth('/organization/remove-member', { organizationId: organisationId, memberIdOrEmail: member.id }),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries({ queryKey: ['members', organisationId] });
    },
  });
  return (
    <>
      <Button variant="quiet" onClick={() => setIsAsking(true)} aria-label={`Remove ${member.name}`}>
        Remove
      </Button>
      <Confirm
        title={`Remove ${member.name}?`}
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        actions={
          <>
            <Button onClick={() => setIsAsking(false)}>Cancel</Button>
            <Button variant="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          </>
        }
      >
        <p className="text-muted">
          {member.email} loses access to {organisationName} at once. Keys they made go on working.
        </p>
        <Problem error={remove.error} />
      </Confirm>
    </>
  );
}
