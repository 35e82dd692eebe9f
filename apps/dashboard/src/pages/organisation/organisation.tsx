import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { askAuth } from '../../api/auth.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card, Page } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { AuditLog } from './audit-log.js';
import { Invitations } from './invitations.js';
import { Members } from './members.js';

export function Organisation() {
  const { may } = useOrganisation();
  const [isCreating, setIsCreating] = useState(false);
  return (
    <Page
      title="Organisation"
      about="Who works on this account, and what each may do."
      actions={<Button onClick={() => setIsCreating(true)}>New organisation</Button>}
    >
      {may('organisation:update') && <Rename />}
      <Members />
      {may('members:invite') && <Invitations />}
      {may('audit:read') && <AuditLog />}
      <CreateOrganisation isOpen={isCreating} onClose={() => setIsCreating(false)} />
    </Page>
  );
}

function Rename() {
  const { organisationId, organisationName } = useOrganisation();
  const queries = useQueryClient();
  const rename = useMutation({
    mutationFn: (data: Record<string, string>) =>
      askAuth('/organization/update', { organizationId: organisationId, data }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <Card title="Name">
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => rename.mutate(sentFields(event))}>
        <Field
          label="Name of the organisation"
          className="w-full max-w-sm"
          name="name"
          defaultValue={organisationName}
          required
          maxLength={100}
        />
        <Button type="submit" isBusy={rename.isPending}>
          Save
        </Button>
      </form>
      <Problem error={rename.error} />
    </Card>
  );
}

/** With a balance and keys of its own. */
function CreateOrganisation({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: async ({ name }: Record<string, string>) => {
      const slug = crypto.randomUUID();
      const { id } = await askAuth<{ id: string }>('/organization/create', { name, slug });
      await askAuth('/organization/set-active', { organizationId: id });
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title="New organisation"
      about="It has a balance and keys of its own. You become its owner."
      isOpen={isOpen}
      onClose={onClose}
    >
      <form className="space-y-4" onSubmit={(event) => create.mutate(sentFields(event))}>
        <Field label="Name" name="name" required maxLength={100} autoFocus />
        <Problem error={create.error} />
        <div className="flex justify-end">
          <Button type="submit" variant="primary" isBusy={create.isPending}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
