import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Confirm, Dialog } from '../../ui/dialog.js';
import { Select } from '../../ui/field.js';
import { Menu } from '../../ui/menu.js';
import { MenuItem } from '../../ui/menu-item.js';
import { Problem } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { KeyForm } from './key-form.js';

type Key = Schemas['Key'];
type Question = 'edit' | 'rotate' | 'revoke' | 'history';

interface KeyActionsProps {
  apiKey: Key;
  onSecret: (created: Schemas['NewKey']) => void;
}

/** What can be done with one key. */
export function KeyActions({ apiKey, onSecret }: KeyActionsProps) {
  const { organisationId, may } = useOrganisation();
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  const change = useKeyChange(apiKey.id, close);
  const isOver = apiKey.state === 'revoked' || !may('keys:write');
  return (
    <>
      <Menu
        label={`Actions for ${apiKey.name}`}
        trigger={<MoreHorizontal size={16} aria-hidden />}
        triggerClass="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      >
        {!isOver && <MenuItem onSelect={() => setQuestion('edit')}>Edit</MenuItem>}
        {!isOver && apiKey.state !== 'expired' && (
          <MenuItem onSelect={() => setQuestion('rotate')}>Rotate</MenuItem>
        )}
        {!isOver && (
          <MenuItem onSelect={() => change.mutate({ disabled: apiKey.state !== 'disabled' })}>
            {apiKey.state === 'disabled' ? 'Enable' : 'Disable'}
          </MenuItem>
        )}
        <MenuItem onSelect={() => setQuestion('history')}>History</MenuItem>
        {!isOver && (
          <MenuItem isDangerous onSelect={() => setQuestion('revoke')}>
            Revoke
          </MenuItem>
        )}
      </Menu>
      <Dialog title={`Edit ${apiKey.name}`} isOpen={question === 'edit'} onClose={close}>
        <KeyForm
          settings={apiKey}
          submitLabel="Save"
          isBusy={change.isPending}
          error={change.error}
          onSubmit={(settings) => change.mutate(settings)}
        />
      </Dialog>
      <RotateQuestion apiKey={apiKey} isOpen={question === 'rotate'} onClose={close} onSecret={onSecret} />
      <RevokeQuestion apiKey={apiKey} isOpen={question === 'revoke'} onClose={close} />
      <Dialog title={`History of ${apiKey.name}`} isOpen={question === 'history'} onClose={close}>
        <History organisationId={organisationId} keyId={apiKey.id} />
      </Dialog>
    </>
  );
}

function useKeyChange(keyId: string, onSuccess: () => void) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['KeyChange']) =>
      dataOf(
        api.PATCH('/api/organisations/{organisationId}/keys/{keyId}', {
          params: { path: { organisationId, keyId } },
          body,
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['keys', organisationId] });
      onSuccess();
    },
  });
}

interface QuestionProps {
  apiKey: Key;
  isOpen: boolean;
  onClose: () => void;
}

const overlaps = [
  { seconds: 0, label: 'stop at once' },
  { seconds: 3_600, label: 'go on for an hour' },
  { seconds: 86_400, label: 'go on for a day' },
  { seconds: 604_800, label: 'go on for a week' },
];

function RotateQuestion({
  apiKey,
  isOpen,
  onClose,
  onSecret,
}: QuestionProps & Pick<KeyActionsProps, 'onSecret'>) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  const [overlapSeconds, setOverlapSeconds] = useState(86_400);
  const rotate = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/organisations/{organisationId}/keys/{keyId}/rotation', {
          params: { path: { organisationId, keyId: apiKey.id } },
          body: { overlapSeconds },
        }),
      ),
    onSuccess: async (created) => {
      await queries.invalidateQueries({ queryKey: ['keys', organisationId] });
      onClose();
      onSecret(created);
    },
  });
  return (
    <Confirm
      title={`Rotate ${apiKey.name}`}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
        </>
      }
    >
      <p className="text-muted">
        A new key with the same settings takes its place. Its secret is shown once.
      </p>
      <Select
        label="The old key shall"
        value={overlapSeconds}
        onChange={(event) => setOverlapSeconds(Number(event.target.value))}
      >
        {overlaps.map(({ seconds, label }) => (
          <option key={seconds} value={seconds}>
            {label}
          </option>
        ))}
      </Select>
      <Problem error={rotate.error} />
    </Confirm>
  );
}

function RevokeQuestion({ apiKey, isOpen, onClose }: QuestionProps) {
  const { organisationId } = useOrganisation();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST('/api/organisations/{organisationId}/keys/{keyId}/revocation', {
          params: { path: { organisationId, keyId: apiKey.id } },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['keys', organisationId] });
      onClose();
    },
  });
  return (
    <Confirm
      title={`Revoke ${apiKey.name}?`}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke for good
          </Button>
        </>
      }
    >
      <p className="text-muted">
        Whatever uses <code className="font-mono text-xs">{apiKey.display}</code> is refused within seconds.
        This cannot be undone.
      </p>
      <Problem error={revoke.error} />
    </Confirm>
  );
}

function History({ organisationId, keyId }: { organisationId: string; keyId: string }) {
  const { data, error } = useQuery({
    queryKey: ['key-events', organisationId, keyId],
    queryFn: () =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/keys/{keyId}/events', {
          params: { path: { organisationId, keyId } },
        }),
      ),
    staleTime: 0,
  });
  if (error) return <Problem error={error} />;
  if (!data) return <Skeleton className="h-24" />;
  return (
    <ol className="divide-y divide-line">
      {data.events.map(({ kind, at, address, detail }) => (
        <li key={at + kind} className="py-3">
          <div className="flex justify-between gap-4">
            <span className="font-medium">{kind}</span>
            <time dateTime={at} className="text-muted">
              {showTime(at)}
            </time>
          </div>
          {address && <p className="text-xs text-muted">from {address}</p>}
          {detail !== '' && detail !== '{}' && (
            <code className="mt-1 block font-mono text-xs break-all text-muted">{detail}</code>
          )}
        </li>
      ))}
    </ol>
  );
}
