import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

export const password = 'a phrase nobody else has';

const mailWithinMs = 15_000;

/** The link in the newest mail to somebody, or in the newest with a subject. */
export async function linkInMail(mailboxUrl: string, email: string, subject?: string): Promise<string> {
  for (const endsAt = Date.now() + mailWithinMs; Date.now() < endsAt; await delay(50)) {
    const answer = await fetch(`${mailboxUrl}/mails?to=${encodeURIComponent(email)}`);
    const mails = (await answer.json()) as { subject: string; text: string }[];
    const mail = mails.find((each) => subject === undefined || each.subject === subject);
    const link = /https?:\S+/.exec(mail?.text ?? '')?.[0];
    if (link !== undefined) return link;
  }
  throw new Error(`no mail came for ${email}`);
}

/** Signs somebody up without the page: for tests that are about something else. */
export async function signUp(
  dashboardUrl: string,
  mailboxUrl: string,
  email: string,
  name: string,
): Promise<void> {
  const answer = await fetch(`${dashboardUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: dashboardUrl },
    body: JSON.stringify({ email, password, name }),
  });
  if (!answer.ok) throw new Error(`sign-up was answered with ${answer.status}`);
  await fetch(await linkInMail(mailboxUrl, email), { redirect: 'manual' });
}

/** Fills the sign-in page in and sends it. */
export async function sendSignIn(page: Page, email: string, phrase = password): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(phrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signIn(page: Page, email: string, path = '/sign-in'): Promise<void> {
  await page.goto(path);
  await sendSignIn(page, email);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** The organisation that somebody works in; its account has the same id. */
export async function organisationId(page: Page): Promise<string> {
  const answer = await page.request.get('/api/session');
  const { session } = (await answer.json()) as {
    session: { activeOrganisationId: string | null; memberships: { organisationId: string }[] };
  };
  return session.activeOrganisationId ?? session.memberships[0]!.organisationId;
}

/** The subjects of the mails to somebody, the newest first. */
export async function subjectsOfMails(mailboxUrl: string, email: string): Promise<string[]> {
  const answer = await fetch(`${mailboxUrl}/mails?to=${encodeURIComponent(email)}`);
  return ((await answer.json()) as { subject: string }[]).map(({ subject }) => subject);
}

/** Waits for something that comes by itself. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const endsAt = Date.now() + 30_000; Date.now() < endsAt; await delay(50)) {
    if (await condition()) return;
  }
  throw new Error(`never: ${what}`);
}
