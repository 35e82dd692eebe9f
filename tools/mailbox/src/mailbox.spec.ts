import nodemailer from 'nodemailer';
import { mailboxPage } from './mailbox-page.js';
import { type RunningMailbox, startMailbox } from './mailbox.js';

let mailbox: RunningMailbox;

beforeAll(async () => {
  mailbox = await startMailbox();
});

afterAll(() => mailbox.close());

function send(to: string, subject: string, text: string): Promise<unknown> {
  return nodemailer.createTransport(mailbox.smtpUrl).sendMail({ from: 'a@example.com', to, subject, text });
}

test('a mail for anybody is there, by its recipient and on the page', async () => {
  await send('ada@example.com', 'First', 'See https://example.com/x?a=1&b=2 now');
  await send('eve@example.com', 'Second', 'Nothing');
  const mails = (await (await fetch(`${mailbox.url}/mails?to=ada@example.com`)).json()) as object[];
  expect(mails).toMatchObject([
    { to: ['ada@example.com'], subject: 'First', text: 'See https://example.com/x?a=1&b=2 now\n' },
  ]);
  const page = await (await fetch(mailbox.url)).text();
  expect(page.indexOf('Second')).toBeLessThan(page.indexOf('First'));
  expect(page).toContain('<a href="https://example.com/x?a=1&amp;b=2"');
  expect(page).toContain('none is delivered');
});

test('a mail above 1 MB is refused', async () => {
  await expect(send('ada@example.com', 'Big', 'x '.repeat(600_000))).rejects.toThrow();
});

test('what a mail says is text on the page', () => {
  const evil = '<script>alert(1)</script>"\'';
  const page = mailboxPage([
    { from: evil, to: [evil], subject: evil, text: `${evil} javascript:alert(1)`, receivedAt: '2026-01-01' },
  ]);
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('href="javascript');
});

test.each([
  ['/readyz', 200],
  ['/nope', 404],
])('GET %s is %d', async (path, status) => {
  expect((await fetch(mailbox.url + path)).status).toBe(status);
});
