import type { ReceivedMail } from './received-mail.js';

/** The page that lists the mails. Whatever they say is text in it. */
export function mailboxPage(mails: readonly ReceivedMail[]): string {
  const list = mails.map(mailSection).join('\n');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mailbox (development)</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
  .notice { background: #fff3cd; border: 1px solid #d9b84a; padding: .75rem 1rem; border-radius: .25rem; }
  article { border-top: 1px solid #ccc; padding: 1rem 0; }
  h2 { font-size: 1.1rem; margin: 0; }
  .about { color: #555; font-size: .9rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
</style>
<h1>Mailbox</h1>
<p class="notice">For development: every mail that this system sends ends here, for whomever it is, and none is delivered.
Mails are kept in memory and are gone when the system stops.</p>
${list || '<p>No mail yet.</p>'}
</html>
`;
}

function mailSection({ to, from, subject, text, receivedAt }: ReceivedMail): string {
  return `<article>
<h2>${escaped(subject)}</h2>
<p class="about">to ${escaped(to.join(', '))} · from ${escaped(from)} · <time>${escaped(receivedAt)}</time></p>
<pre>${linked(text)}</pre>
</article>`;
}

function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? `<a href="${escaped(part)}" rel="noreferrer noopener">${escaped(part)}</a>`
        : escaped(part),
    )
    .join('');
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
