export interface MailboxConfig {
  host: string;
  /** Of the page. */
  port: number;
  smtpPort: number;
}

/** HOST (127.0.0.1), PORT (8025) and SMTP_PORT (1025); 0 takes a free one. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): MailboxConfig {
  return {
    host: environment.HOST || '127.0.0.1',
    port: portOf('PORT', environment.PORT || '8025'),
    smtpPort: portOf('SMTP_PORT', environment.SMTP_PORT || '1025'),
  };
}

function portOf(variable: string, text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${variable} is not a port number`);
  return port;
}
