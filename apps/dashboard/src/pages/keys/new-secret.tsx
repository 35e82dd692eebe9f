import type { Schemas } from '../../api/client.js';
import { usePublicApiUrl } from '../../layout/use-organisation.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Dialog } from '../../ui/dialog.js';
import { Notice } from '../../ui/notice.js';
import { Button } from '../../ui/button.js';
import { Snippets } from '../../ui/snippets.js';

interface NewSecretProps {
  created: Schemas['NewKey'] | undefined;
  onClose: () => void;
}

/** The only time that a key's secret is shown, with a first call that is ready to be pasted. */
export function NewSecret({ created, onClose }: NewSecretProps) {
  const publicApiUrl = usePublicApiUrl();
  return (
    <Dialog title="Copy your key now" isOpen={created !== undefined} onClose={onClose}>
      {created && (
        <div className="space-y-4">
          <Notice tone="warning">It is shown this once. We keep only a digest of it.</Notice>
          <div className="flex items-center justify-between gap-2 rounded-md border border-line bg-sunken px-4 py-3">
            <code className="min-w-0 font-mono text-xs break-all" data-testid="secret">
              {created.secret}
            </code>
            <CopyButton text={created.secret} label="Copy the key" caption="Copy" />
          </div>
          <Snippets baseUrl={publicApiUrl} secret={created.secret} model={exampleModel(created.key)} />
          <div className="flex justify-end">
            <Button variant="primary" onClick={onClose}>
              I have kept it
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

/** One that the key may use; a pattern is no id. */
function exampleModel({ allowedModels }: Schemas['Key']): string {
  return allowedModels.find((model) => !model.includes('*')) ?? 'gpt-4o-mini';
}
