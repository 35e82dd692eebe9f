import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { BillingEvent, billingEventsStream } from '@tokenroute/contracts';
import {
  applyMigrations,
  connectNats,
  createPostgresPool,
  type NatsConnection,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, testServers } from '@tokenroute/testing';
import { type ParsedMail, simpleParser } from 'mailparser';
import { pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { BalanceAlerts } from './balance-alerts.js';
import { Mailer } from './mailer.js';

jest.setTimeout(60_000);
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const consumer = `balance-alerts-${randomUUID()}`;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const logger = pino({ level: 'silent' });
const mails: { to: string; mail: ParsedMail }[] = [];
let isRefusing = false;
let database: TestDatabase;
let pool: PostgresPool;
let nats: NatsConnection;
let smtp: SMTPServer;
let processes: { alerts: BalanceAlerts; mailer: Mailer }[];

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'auth', migrate: (url) => applyMigrations(url, migrations) });
  pool = createPostgresPool({
    databaseUrl: database.url,
    applicationName: 'test',
    maxConnections: 10,
    logger,
  });
  nats = await connectNats(testServers().natsUrl, 'balance-alerts.spec', logger);
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, callback) => {
      void simpleParser(stream).then((mail) => {
        if (isRefusing) return callback(new Error('not now'));
        for (const { address } of session.envelope.rcptTo) mails.push({ to: address, mail });
        callback();
      });
    },
  });
  const listening = smtp.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const mail = {
    SMTP_URL: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    MAIL_FROM: 'tokenroute <no-reply@example.com>',
  };
  processes = [0, 1].map(() => {
    const mailer = new Mailer(mail, logger);
    const options = { publicUrl: 'https://console.example.com', consumer, retryAfterMs: 50 };
    return { mailer, alerts: new BalanceAlerts(Promise.resolve(nats), pool, mailer, options, logger) };
  });
  for (const { alerts } of processes) alerts.onApplicationBootstrap();
  // As billing does with its first event.
  const manager = await jetstreamManager(nats);
  const { stream: name, subjects, limits } = billingEventsStream;
  await manager.streams.add({ name, subjects: [subjects], ...limits });
  const isThere = () =>
    manager.consumers.info(billingEventsStream.stream, consumer).then(
      () => true,
      () => false,
    );
  while (!(await isThere())) await pause();
});

afterAll(async () => {
  for (const { alerts, mailer } of processes ?? []) {
    await alerts.beforeApplicationShutdown();
    await mailer.onApplicationShutdown();
  }
  await (await jetstreamManager(nats)).consumers.delete(billingEventsStream.stream, consumer);
  await nats?.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  await pool?.end();
  await database?.drop();
});

beforeEach(() => {
  mails.length = 0;
  isRefusing = false;
});

/** An organisation with one person of each role, at ROLE@ITS-ID.example. */
async function createOrganisation(): Promise<string> {
  const id = randomUUID();
  await pool.query(`INSERT INTO organisations (id, name, slug) VALUES ($1, 'Ada & Co', $2)`, [id, id]);
  for (const role of ['owner', 'admin', 'member', 'billing']) {
    const personId = randomUUID();
    await pool.query(`INSERT INTO people (id, name, email, email_verified) VALUES ($1, $2, $3, true)`, [
      personId,
      role,
      `${role}@${id}.example`,
    ]);
    await pool.query(
      `INSERT INTO memberships (id, organisation_id, person_id, role) VALUES ($1, $2, $3, $4)`,
      [randomUUID(), id, personId, role],
    );
  }
  return id;
}

function lowBalance(accountId: string, balanceNanoUsd: bigint, createdAt = new Date()): BillingEvent {
  const value = { balanceNanoUsd, thresholdNanoUsd: 5_000_000_000n };
  return { id: randomUUID(), accountId, createdAt, event: { $case: 'balanceLow', value } };
}

async function publish(event: BillingEvent): Promise<void> {
  const payload = BillingEvent.encode(event).finish();
  await jetstream(nats).publish(billingEventsStream.subject('balance-low'), payload);
}

/** Everything published so far was looked at and nothing is to come again. */
async function untilDone(): Promise<void> {
  const manager = await jetstreamManager(nats);
  for (;;) {
    const { num_pending, num_ack_pending } = await manager.consumers.info(
      billingEventsStream.stream,
      consumer,
    );
    if (num_pending === 0 && num_ack_pending === 0) return;
    await pause();
  }
}

const told = () => mails.map(({ to }) => to).sort();

test('tells those who may pay, in the words of their organisation, with the exact amounts', async () => {
  const id = await createOrganisation();
  await publish(lowBalance(id, 4_999_999_999n));
  await untilDone();
  expect(told()).toEqual([`billing@${id}.example`, `owner@${id}.example`]);
  const { subject, text } = mails[0]!.mail;
  expect(subject).toBe('Your balance is low');
  expect(text).toContain('“Ada & Co” fell below 5.00 USD: it was 4.999999999 USD');
  expect(text).toContain('https://console.example.com/dashboard/billing');
});

test('tells nobody twice of one event, however often and to whichever process it comes', async () => {
  const id = await createOrganisation();
  const event = lowBalance(id, 1n);
  await Promise.all(Array.from({ length: 8 }, () => publish(event)));
  await untilDone();
  expect(told()).toEqual([`billing@${id}.example`, `owner@${id}.example`]);
});

test('tells of each time that it fell again', async () => {
  const id = await createOrganisation();
  await publish(lowBalance(id, 2n));
  await publish(lowBalance(id, 1n));
  await untilDone();
  expect(told()).toHaveLength(4);
});

test('tells it when the mail server takes mail again, each person once', async () => {
  const id = await createOrganisation();
  isRefusing = true;
  await publish(lowBalance(id, 1n));
  const manager = await jetstreamManager(nats);
  const redelivered = async () =>
    (await manager.consumers.info(billingEventsStream.stream, consumer)).num_redelivered;
  while ((await redelivered()) === 0) await pause();
  expect(told()).toEqual([]);
  isRefusing = false;
  await untilDone();
  expect(told()).toEqual([`billing@${id}.example`, `owner@${id}.example`]);
});

test('does not tell what is a day old, nor what it cannot read, and goes on', async () => {
  const id = await createOrganisation();
  await publish(lowBalance(id, 1n, new Date(Date.now() - 25 * 3_600_000)));
  await publish(lowBalance(randomUUID(), 1n));
  await jetstream(nats).publish(billingEventsStream.subject('balance-low'), new Uint8Array([0xff]));
  const last = await createOrganisation();
  await publish(lowBalance(last, 1n));
  await untilDone();
  expect(told()).toEqual([`billing@${last}.example`, `owner@${last}.example`]);
});
