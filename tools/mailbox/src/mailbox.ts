import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { mailboxPage } from './mailbox-page.js';
import type { ReceivedMail } from './received-mail.js';

export interface RunningMailbox {
  /** Of the page, without a slash at its end. */
  url: string;
  smtpUrl: string;
  close(): Promise<void>;
}

const mostMails = 200;
const maxMailBytes = 1024 * 1024;

/** Resolves when it takes mail and shows it. Rejects when a port is taken. */
export async function startMailbox({
  host = '127.0.0.1',
  port = 0,
  smtpPort = 0,
} = {}): Promise<RunningMailbox> {
  const mails: ReceivedMail[] = [];
  const smtp = smtpServer((mail) => {
    mails.unshift(mail);
    mails.length = Math.min(mails.length, mostMails);
  });
  const smtpListener = smtp.listen(smtpPort, host);
  // Rejects when the port is taken.
  await once(smtpListener, 'listening');
  const page = createServer((request, response) => answer(request, response, mails));
  page.listen(port, host);
  try {
    await once(page, 'listening');
  } catch (error) {
    smtp.close();
    throw error;
  }
  return {
    url: `http://${host}:${portOf(page)}`,
    smtpUrl: `smtp://${host}:${portOf(smtpListener)}`,
    close: async () => {
      page.closeAllConnections();
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(() => resolve())),
        new Promise<void>((resolve) => page.close(() => resolve())),
      ]);
    },
  };
}

function smtpServer(onMail: (mail: ReceivedMail) => void): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: maxMailBytes,
    onData: (stream, session, callback) => {
      simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true }).then(
        (mail) => {
          if (stream.sizeExceeded) return callback(new Error('too large'));
          onMail({
            from: mail.from?.text ?? '',
            to: session.envelope.rcptTo.map(({ address }) => address),
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            receivedAt: new Date().toISOString(),
          });
          callback();
        },
        (error: Error) => callback(error),
      );
    },
  });
}

function answer(request: IncomingMessage, response: ServerResponse, mails: readonly ReceivedMail[]): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mailbox');
  const to = searchParams.get('to');
  const wanted = to === null ? mails : mails.filter((mail) => mail.to.includes(to));
  switch (request.method === 'GET' ? pathname : '') {
    case '/':
      // Nothing but the page itself: no script, no image, no frame.
      response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return send(response, 200, 'text/html; charset=utf-8', mailboxPage(wanted));
    case '/mails':
      return send(response, 200, 'application/json', JSON.stringify(wanted));
    case '/healthz':
    case '/readyz':
      return send(response, 200, 'application/json', '{"status":"ok"}');
    default:
      return send(response, 404, 'text/plain', 'There is nothing here.\n');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port;
}
