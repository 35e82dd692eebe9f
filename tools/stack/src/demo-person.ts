import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

export interface DemoSignIn {
  email: string;
  password: string;
}

interface Addresses {
  authUrl: string;
  /** Where a browser would have it. */
  publicUrl: string;
  mailboxUrl: string;
}

const mailWithinMs = 10_000;

/** Signs somebody up the way a browser does, and confirms the address by the mail that came. The account is theirs. */
export async function signUpDemoPerson(
  addresses: Addresses,
  email: string,
): Promise<DemoSignIn & { accountId: string }> {
  const password = randomBytes(9).toString('base64url');
  await post(addresses, '/sign-up/email', { email, password, name: 'Demo' });
  const link = new URL(await linkInMail(addresses.mailboxUrl, email));
  await fetch(addresses.authUrl + link.pathname + link.search, { redirect: 'manual' });
  const signedIn = await post(addresses, '/sign-in/email', { email, password });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';', 1)[0])
    .join('; ');
  const answer = await fetch(`${addresses.authUrl}/api/auth/organization/list`, { headers: { cookie } });
  const [organisation] = (await answer.json()) as { id: string }[];
  if (organisation === undefined) throw new Error('the demo person has no organisation');
  return { email, password, accountId: organisation.id };
}

async function post({ authUrl, publicUrl }: Addresses, path: string, body: object): Promise<Response> {
  const answer = await fetch(`${authUrl}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} of the demo person was answered with ${answer.status}`);
  return answer;
}

async function linkInMail(mailboxUrl: string, email: string): Promise<string> {
  for (const endsAt = Date.now() + mailWithinMs; Date.now() < endsAt; await delay(50)) {
    const mails = await fetch(`${mailboxUrl}/mails?to=${encodeURIComponent(email)}`);
    const [mail] = (await mails.json()) as { text: string }[];
    const link = /https?:\S+/.exec(mail?.text ?? '')?.[0];
    if (link !== undefined) return link;
  }
  throw new Error('no mail came for the demo person');
}
