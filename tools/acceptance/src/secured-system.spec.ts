import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ChannelCredentials,
  type ClientOptions,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { type ConsumerInfo, jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import {
  BillingAdminServiceClient,
  BillingPaymentsServiceClient,
  billingEventsStream,
  ProviderServiceClient,
  settlementsStream,
  subjects,
} from '@tokenroute/contracts';
import {
  ledgerViolations,
  startSystem,
  type TestCertificate,
  TestCustomer,
  testServers,
  type TestSystem,
} from '@tokenroute/testing';
import pg from 'pg';

type Outcome = 'allowed' | 'refused';

/** The whole product with a certificate for everybody, NATS with the permissions of deploy/nats, and PostgreSQL with logins. */
describe('a system in which every service proves who it is', () => {
  let system: TestSystem;
  let database: pg.Client;
  const connections: NatsConnection[] = [];

  beforeAll(async () => {
    system = await startSystem({ certificates: true, mailbox: true });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 120_000);

  afterAll(async () => {
    for (const connection of connections) await connection.close();
    await database?.end();
    await system?.stop();
  });

  async function certificateOf(name: string): Promise<TestCertificate> {
    const { services, authority } = system.certificates!;
    return services[name] ?? (await authority.issue(name));
  }

  /** To NATS, as whoever has the files of that name. */
  async function natsAs(name: string, servers = system.natsUrl): Promise<NatsConnection> {
    const files = await certificateOf(name);
    const connection = await connect({
      servers,
      inboxPrefix: `_INBOX.${name}`,
      reconnect: false,
      tls: { certFile: files.TLS_CERT_FILE, keyFile: files.TLS_KEY_FILE, caFile: files.TLS_CA_FILE },
    });
    connections.push(connection);
    return connection;
  }

  /** Of a gRPC client, as whoever has the files of that name. */
  async function channelTo(service: string, name: string): Promise<[ChannelCredentials, ClientOptions]> {
    const { TLS_CA_FILE, TLS_KEY_FILE, TLS_CERT_FILE } = await certificateOf(name);
    const [authority, key, certificate] = await Promise.all(
      [TLS_CA_FILE, TLS_KEY_FILE, TLS_CERT_FILE].map((file) => readFile(file)),
    );
    return [
      credentials.createSsl(authority!, key!, certificate!),
      { 'grpc.ssl_target_name_override': service },
    ];
  }

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo().catch(() => false))) await delay(50);
  }

  async function rowExists(condition: string): Promise<boolean> {
    return (await database.query(`SELECT FROM ${condition}`)).rowCount! > 0;
  }

  describe('does all of its work:', () => {
    let customer: TestCustomer;

    beforeAll(async () => {
      customer = await TestCustomer.create(system, '1');
    });

    async function chat(secret: string): Promise<{ status: number; text: string }> {
      const answer = await fetch(`${system.gatewayUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'gpt-4o-mini',
          stream: true,
          max_completion_tokens: 50,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      });
      return { status: answer.status, text: await answer.text() };
    }

    test('a request is held, answered and charged', async () => {
      const answer = await chat(customer.key.secret);
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/data: \[DONE\]\s*$/);
      const { balanceNanoUsd, heldNanoUsd } = await customer.settledAccount();
      expect(balanceNanoUsd).toBeLessThan(1_000_000_000n);
      expect(heldNanoUsd).toBe(0n);
      expect(await ledgerViolations(system)).toEqual([]);
    });

    test('billing hears of the gateway', async () => {
      await until(() => rowExists('billing.gateways'));
    });

    test('a revocation reaches the gateway before it would ask', async () => {
      const key = await system.createKey(customer.accountId);
      expect((await chat(key.secret)).status).toBe(200);
      await system.operator.revokeKey(key.id);
      const revokedAtMs = performance.now();
      await until(async () => (await chat(key.secret)).status === 401);
      expect(performance.now() - revokedAtMs).toBeLessThan(5_000);
    });

    test('billing takes what the gateway leaves in the work queue', async () => {
      const gateway = await natsAs('gateway');
      await jetstream(gateway).publish(settlementsStream.subject, Buffer.from('no settlement'));
      await until(() => rowExists(`billing.dead_letters WHERE reason = 'undecodable'`));
    });

    test('billing tells events, and auth takes those that are its own', async () => {
      const channel = await channelTo('billing', 'operator');
      const payments = new BillingPaymentsServiceClient(system.addresses['billing']!.grpc!, ...channel);
      const settings = {
        accountId: customer.accountId,
        lowBalanceNanoUsd: 2_000_000_000n,
        automatic: undefined,
        hasPaymentMethod: false,
        pausedReason: '',
      };
      await new Promise<void>((resolve, reject) =>
        payments.setTopUpSettings({ settings }, (error) => (error ? reject(error) : resolve())),
      );
      payments.close();
      const auth = await natsAs('auth');
      const consumer = `$JS.API.CONSUMER.INFO.${billingEventsStream.stream}.auth-balance-alerts`;
      await until(async () => {
        const info = (await auth.request(consumer, '', { timeout: 2_000 })).json<ConsumerInfo>();
        return info.ack_floor.consumer_seq > 0;
      });
    });
  });

  describe('NATS', () => {
    /** Whatever the server says to an attempt comes before its answer to the flush. */
    async function outcomeOf(name: string, attempt: (nats: NatsConnection) => unknown): Promise<Outcome> {
      const nats = await natsAs(name);
      let outcome: Outcome = 'allowed';
      void (async () => {
        for await (const event of nats.status()) {
          if (event.type === 'error' && event.error instanceof PermissionViolationError) outcome = 'refused';
        }
      })();
      attempt(nats);
      await nats.flush();
      await nats.close();
      return outcome;
    }

    const publishing = (subject: string) => (nats: NatsConnection) => nats.publish(subject);
    const subscribing = (subject: string, queue?: string) => (nats: NatsConnection) =>
      nats.subscribe(subject, { queue, callback: () => undefined });

    test.each([
      ['gateway', subjects.reserve],
      ['gateway', settlementsStream.subject],
      // Told every 30 seconds: longer than a test should wait to see it done.
      ['gateway', subjects.keysUsed],
      ['auth', subjects.keyChanged],
      ['billing', subjects.catalogueChanged],
    ])('lets %s publish %s', async (name, subject) => {
      expect(await outcomeOf(name, publishing(subject))).toBe('allowed');
    });

    test.each([
      ['auth', subjects.reserve],
      ['auth', subjects.settle],
      ['auth', subjects.release],
      ['auth', settlementsStream.subject],
      ['auth', billingEventsStream.subject('balance-low')],
      ['auth', '_INBOX.gateway.forged'],
      ['gateway', subjects.keyChanged],
      ['gateway', subjects.catalogueChanged],
      ['gateway', billingEventsStream.subject('topped-up')],
      ['gateway', '$JS.API.STREAM.DELETE.SETTLEMENTS'],
      ['gateway', '$JS.API.STREAM.MSG.GET.SETTLEMENTS'],
      ['gateway', '$JS.API.CONSUMER.MSG.NEXT.SETTLEMENTS.billing'],
      ['auth', '$JS.API.CONSUMER.MSG.NEXT.SETTLEMENTS.billing'],
      ['billing', '$JS.API.STREAM.DELETE.SETTLEMENTS'],
      ['billing', subjects.keyChanged],
      ['billing', settlementsStream.subject],
    ])('does not let %s publish %s', async (name, subject) => {
      expect(await outcomeOf(name, publishing(subject))).toBe('refused');
    });

    test('lets services hear what only one of them is to take, and as one of them alone', async () => {
      expect(await outcomeOf('auth', subscribing(subjects.keysUsed, 'auth'))).toBe('allowed');
      expect(await outcomeOf('auth', subscribing(subjects.keysUsed))).toBe('refused');
      expect(await outcomeOf('billing', subscribing(subjects.reserve, 'billing'))).toBe('allowed');
      expect(await outcomeOf('billing', subscribing(subjects.reserve))).toBe('refused');
    });

    test.each([
      ['gateway', '_INBOX.billing.>'],
      ['gateway', '_INBOX.>'],
      ['gateway', '>'],
      ['gateway', subjects.reserve],
      ['auth', '_INBOX.gateway.>'],
      ['auth', subjects.settle],
      ['billing', '_INBOX.gateway.>'],
      ['billing', subjects.keyChanged],
    ])('does not let %s hear %s', async (name, subject) => {
      expect(await outcomeOf(name, subscribing(subject))).toBe('refused');
    });

    test.each(['adapter-openai', 'dashboard-api', 'operator', 'nats'])('does not know %s', async (name) => {
      await expect(natsAs(name)).rejects.toThrow(/Authorization Violation/i);
    });

    test('takes nobody without a certificate', async () => {
      const { TLS_CA_FILE } = system.certificates!.operator;
      const nobody = { servers: system.natsUrl, reconnect: false, user: 'gateway', pass: '' };
      await expect(connect(nobody)).rejects.toThrow();
      await expect(connect({ ...nobody, tls: { caFile: TLS_CA_FILE } })).rejects.toThrow();
    });

    test('is not spoken to in plaintext by whoever has a certificate', async () => {
      await expect(natsAs('gateway', testServers().natsUrl)).rejects.toThrow(/does not support 'tls'/);
    });
  });

  describe('gRPC', () => {
    async function giveCredit(channel: [ChannelCredentials, ClientOptions?]): Promise<status> {
      const client = new BillingAdminServiceClient(system.addresses['billing']!.grpc!, ...channel);
      const request = { id: undefined, email: 'somebody@example.com', creditNanoUsd: 1n };
      try {
        return await new Promise<status>((resolve) =>
          client.createAccount(request, new Metadata(), { deadline: Date.now() + 5_000 }, (error) =>
            resolve(error?.code ?? status.OK),
          ),
        );
      } finally {
        client.close();
      }
    }

    test('lets only those give credit whose call it is', async () => {
      expect(await giveCredit(await channelTo('billing', 'operator'))).toBe(status.OK);
      expect(await giveCredit(await channelTo('billing', 'gateway'))).toBe(status.UNAUTHENTICATED);
      expect(await giveCredit(await channelTo('billing', 'adapter-openai'))).toBe(status.UNAUTHENTICATED);
      expect(await giveCredit([credentials.createInsecure()])).toBe(status.UNAVAILABLE);
    });

    test('lets only the gateway ask an adapter', async () => {
      const { grpc } = system.addresses['adapter-openai']!;
      const client = new ProviderServiceClient(grpc!, ...(await channelTo('adapter-openai', 'auth')));
      const stream = client.exchange(new Metadata(), { deadline: Date.now() + 5_000 });
      const error = await new Promise<ServiceError>((resolve) => stream.on('error', resolve));
      client.close();
      expect(error.code).toBe(status.UNAUTHENTICATED);
    });
  });
});
