import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { keysQuery } from '../../api/queries.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty, Page } from '../../ui/page.js';
import { KeyForm } from './key-form.js';
import { KeysTable } from './keys-table.js';
import { NewSecret } from './new-secret.js';

export function Keys() {
  const { organisationId, may } = useOrganisation();
  const { create = false } = useSearch({ from: '/shell/dashboard/keys' });
  const navigate = useNavigate();
  const setCreate = (open: boolean) =>
    void navigate({ to: '/dashboard/keys', search: open ? { create: true } : {} });
  const [created, setCreated] = useState<Schemas['NewKey']>();
  const { data: keys, error } = useQuery(keysQuery(organisationId));
  const createKey = useCreateKey((answer) => {
    setCreate(false);
    setCreated(answer);
  });
  const createButton = may('keys:write') && (
    <Button variant="primary" onClick={() => setCreate(true)}>
      <Plus size={16} aria-hidden /> Create key
    </Button>
  );
  return (
    <Page
      title="API keys"
      about="What your programs sign their requests with. Each can have limits of its own."
      actions={createButton}
    >
      <Problem error={error} />
      <Card isFlush>
        {keys?.length === 0 ? (
          <Empty title="No key yet" action={createButton}>
            Create one, give it to any OpenAI client together with the base URL, and make a first call.
          </Empty>
        ) : (
          <KeysTable keys={keys} onSecret={setCreated} />
        )}
      </Card>
      <Dialog
        title="Create a key"
        about="Only the name is needed. Limits can be changed at any time."
        isOpen={create}
        onClose={() => setCreate(false)}
      >
        <KeyForm
          submitLabel="Create key"
          isBusy={createKey.isPending}
          error={createKey.error}
          onSubmit={createKey.mutate}
        />
      </Dialog>
      <NewSecret created={created} onClose={() => setCreated(undefined)} />
    </Page>
  );
}

function useCreateKey(onCreated: (answer: Schemas['NewKey']) => void) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['KeySettings']) =>
      dataOf(
        api.POST('/api/organisations/{organisationId}/keys', { params: { path: { organisationId } }, body }),
      ),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: ['keys', organisationId] });
      onCreated(answer);
    },
  });
}
