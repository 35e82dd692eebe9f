import { usePublicApiUrl } from '../../layout/use-organisation.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Card } from '../../ui/page.js';
import { Snippets } from '../../ui/snippets.js';

/** What every OpenAI client has to be told. */
export function FirstCall() {
  const publicApiUrl = usePublicApiUrl();
  return (
    <Card title="Make a call" about="Any OpenAI client works: give it this address and one of your keys.">
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <span className="text-muted">Base URL</span>
        <code className="rounded-sm bg-sunken px-2 py-1 font-mono text-xs">{publicApiUrl}</code>
        <CopyButton text={publicApiUrl} label="Copy the base URL" />
      </div>
      <Snippets baseUrl={publicApiUrl} model="gpt-4o-mini" />
    </Card>
  );
}
