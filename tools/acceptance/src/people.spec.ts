import { startSystem, type TestSystem } from '@tokenroute/testing';

/** Somebody new, from the sign-up to an account in billing, with mail that really was sent. */
describe('a person', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem({ mailbox: true });
  }, 120_000);

  afterAll(() => system.stop());

  const email = 'ada@example.com';
  const password = 'a phrase nobody else has';

  function ask(path: string, body?: object, cookie = ''): Promise<Response> {
    const origin = system.addresses.auth!.http;
    return fetch(`${origin}/api/auth${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { origin, cookie, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      redirect: 'manual',
    });
  }

  async function linkInMail(): Promise<URL> {
    for (;;) {
      const answer = await fetch(`${system.addresses.mailbox!.http}/mails?to=${email}`);
      const [mail] = (await answer.json()) as { text: string }[];
      if (mail) return new URL(/http:\S+/.exec(mail.text)![0]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('signs up, confirms the address, signs in, and has an account that pays', async () => {
    expect((await ask('/sign-up/email', { email, password, name: 'Ada' })).status).toBe(200);
    expect((await fetch(await linkInMail(), { redirect: 'manual' })).status).toBe(302);
    const signedIn = await ask('/sign-in/email', { email, password });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers.getSetCookie()[0]!;
    // http on this machine: browsers differ in what they take there, so the name says what it is.
    expect(cookie).toMatch(
      /^tokenroute-development\.session_token=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const organisations = (await (
      await ask('/organization/list', undefined, cookie.split(';')[0])
    ).json()) as {
      id: string;
      name: string;
    }[];
    expect(organisations).toMatchObject([{ name: 'Ada' }]);
    for (;;) {
      const account = await system.operator.findAccount(organisations[0]!.id);
      if (account) {
        expect(account).toMatchObject({ email, balanceNanoUsd: 0n });
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, 60_000);
});
