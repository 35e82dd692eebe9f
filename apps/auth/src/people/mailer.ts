import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import nodemailer, { type Transporter } from 'nodemailer';
import type { MailText } from './mail-texts.js';

export interface MailConfig {
  SMTP_URL?: string;
  MAIL_FROM: string;
}

/** Hands mail to the SMTP server. Nothing of a mail is ever logged: it holds links that open accounts. */
export class Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter | undefined;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly config: MailConfig,
    private readonly logger: Logger,
  ) {
    if (config.SMTP_URL === undefined) {
      logger.warn(
        'SMTP_URL is not set: no mail is sent, so nobody can sign up, be invited or set a new password',
      );
      return;
    }
    this.transport = nodemailer.createTransport({
      url: config.SMTP_URL,
      pool: true,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** Sends it in the background: how long it takes must not tell whether there is somebody to send to. Never fails. */
  send(to: string, mail: MailText): void {
    const sending = this.deliver(to, mail)
      .catch((error: unknown) => this.logger.error(loggable(error), 'mail not sent'))
      .finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  /**
   * Resolves once the server has taken it.
   * @param messageId by which what reads mail tells that it has it already
   * @throws what the server refused it with, see `loggable`
   */
  async deliver(to: string, { subject, text }: MailText, messageId?: string): Promise<void> {
    await this.transport?.sendMail({ from: this.config.MAIL_FROM, to, subject, text, messageId });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
    this.transport?.close();
  }
}

/** What may be logged of a mail that was not sent: the server's own words may repeat the address. */
export function loggable(error: unknown): { code: string | undefined; responseCode: number | undefined } {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return { code, responseCode };
}
