import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { modelsQuery } from '../../api/queries.js';
import { showCount } from '../../figures/show-usd.js';
import { useOrganisation, usePublicApiUrl } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Field, inputClass, Select } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty, Page } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';
import { Snippets } from '../../ui/snippets.js';
import { type Message, useCompletion } from './use-completion.js';

export function Playground() {
  const { organisationId } = useOrganisation();
  const publicApiUrl = usePublicApiUrl();
  const { data: models } = useQuery(modelsQuery(organisationId));
  const [model, setModel] = useState('gpt-4o-mini');
  const [secret, setSecret] = useState('');
  const completion = useCompletion({ organisationId, secret, model });
  const lastAsked = completion.messages.findLast(({ role }) => role === 'user')?.content;
  return (
    <Page
      title="Playground"
      about="Talk to a model with one of your keys. It is paid like every other request."
    >
      <div className="grid gap-4 lg:grid-cols-[1fr_20rem] lg:items-start">
        <Conversation {...completion} canSend={secret !== ''} />
        <Card className="order-first lg:order-none">
          <div className="space-y-4">
            <Select label="Model" value={model} onChange={(event) => setModel(event.target.value)}>
              {(models ?? [{ id: model }]).map(({ id }) => (
                <option key={id}>{id}</option>
              ))}
            </Select>
            <Field
              label="Key"
              type="password"
              autoComplete="off"
              placeholder="sk-tr-…"
              value={secret}
              onChange={(event) => setSecret(event.target.value.trim())}
              hint="Secrets are not kept, so paste one. It stays in this page until you leave it."
            />
          </div>
        </Card>
      </div>
      <Card title="The same in code">
        <Snippets baseUrl={publicApiUrl} model={model} prompt={lastAsked ?? 'Say hello.'} />
      </Card>
    </Page>
  );
}

type ConversationProps = ReturnType<typeof useCompletion> & { canSend: boolean };

function Conversation({ messages, error, isBusy, send, stop, clear, canSend }: ConversationProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { prompt = '' } = sentFields(event);
    if (prompt.trim() === '') return;
    event.currentTarget.reset();
    void send(prompt);
  };
  return (
    <Card>
      <div aria-live="polite" aria-busy={isBusy} className="min-h-64 space-y-4">
        {messages.length === 0 && (
          <Empty title="Ask something">
            {canSend
              ? 'The answer comes as it is written, with what it cost.'
              : 'Paste a key first: it pays.'}
          </Empty>
        )}
        {messages.map((message, index) => (
          <MessageBlock key={index} message={message} />
        ))}
        <Problem error={error} />
      </div>
      <form className="mt-4 space-y-3 border-t border-line pt-4" onSubmit={submit}>
        <textarea name="prompt" aria-label="Your message" rows={3} className={inputClass} required />
        <div className="flex justify-between gap-2">
          <Button variant="quiet" onClick={clear} disabled={isBusy || messages.length === 0}>
            Begin anew
          </Button>
          {isBusy ? (
            <Button onClick={stop}>Stop</Button>
          ) : (
            <Button type="submit" variant="primary" disabled={!canSend}>
              Send
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

function MessageBlock({ message }: { message: Message }) {
  const { role, content, end } = message;
  return (
    <div className={role === 'user' ? 'rounded-md bg-sunken px-4 py-3' : 'px-4'}>
      <p className="text-xs font-medium text-muted">{role === 'user' ? 'You' : 'Answer'}</p>
      <p className="mt-1 break-words whitespace-pre-wrap">{content}</p>
      {end && (
        <p className="mt-2 text-xs text-muted tabular-nums">
          {end.cost === undefined ? 'cost not known yet' : `$${end.cost}`} · {showCount(end.inputTokens)} in ·{' '}
          {showCount(end.outputTokens)} out
        </p>
      )}
    </div>
  );
}
