import { readConfig } from './config.js';
import { startMailbox } from './mailbox.js';

const say = (level: string, message: string, more: object = {}): void => {
  process.stdout.write(
    `${JSON.stringify({ level, time: Date.now(), service: 'mailbox', msg: message, ...more })}\n`,
  );
};

const mailbox = await startMailbox(readConfig());
say('warn', 'MAILBOX FOR DEVELOPMENT: takes every mail and delivers none', {
  url: mailbox.url,
  smtp: mailbox.smtpUrl,
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    say('info', `${signal}: ending`);
    void mailbox.close().then(() => process.exit(0));
  });
}
