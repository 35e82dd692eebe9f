import type { TestSystem } from '@tokenroute/testing';

const password = 'a phrase nobody else has';

/** Somebody at the dashboard, signed in or not: asks its server as its pages do. */
export class DashboardBrowser {
  private cookie: string | null = null;

  constructor(private readonly system: TestSystem) {}

  get origin(): string {
    return this.system.addresses['dashboard-api']!.http!;
  }

  /** @param headers above those of a page; an empty one is left out */
  ask(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const all = {
      cookie: this.cookie ?? '',
      ...(method !== 'GET' && { origin: this.origin, 'x-tokenroute-page': '1' }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    };
    return fetch(this.origin + path, {
      method,
      redirect: 'manual',
      headers: Object.entries(all).filter(([, value]) => value !== ''),
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** Signs up, follows the link in the mail, and signs in. */
  async signUp(email: string): Promise<this> {
    const signedUp = await this.ask('POST', '/api/auth/sign-up/email', { email, password, name: 'X' });
    if (!signedUp.ok) throw new Error(`sign-up answered ${signedUp.status}`);
    // The link in the mail leads here: this service passes it on.
    const link = await this.linkInMail(email, 'Confirm your e-mail address');
    if (!link.startsWith(this.origin)) throw new Error(`the link leads elsewhere: ${link}`);
    await fetch(link, { redirect: 'manual' });
    const signedIn = await this.ask('POST', '/api/auth/sign-in/email', { email, password });
    this.cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    return this;
  }

  async linkInMail(email: string, subject: string): Promise<string> {
    const mailbox = `${this.system.addresses['mailbox']!.http}/mails?to=${email}`;
    for (;;) {
      const mails = (await (await fetch(mailbox)).json()) as { subject: string; text: string }[];
      const mail = mails.find((each) => each.subject === subject);
      if (mail) return /http:\S+/.exec(mail.text)![0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The organisation of one's own, whose account is there. */
  async organisation(): Promise<string> {
    const { session } = (await (await this.ask('GET', '/api/session')).json()) as {
      session: { memberships: [{ organisationId: string }] };
    };
    const { organisationId } = session.memberships[0];
    while (!(await this.system.operator.findAccount(organisationId))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return organisationId;
  }
}
