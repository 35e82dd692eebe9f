import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { GatewayAlive, ReserveRequest, ReserveResponse, subjects } from '@tokenroute/contracts';
import {
  ledgerViolations,
  startSystem,
  TestCustomer,
  testServers,
  type TestSystem,
} from '@tokenroute/testing';
import pg from 'pg';
import { type Conversation, converse } from './converse.js';
import { type CrashTrap, TrappedService } from './trapped-service.js';

const initialNanoUsd = 1_000_000_000n;

interface HoldRow {
  id: string;
  state: string;
  amount: string;
  charged: string | null;
}

/** A conversation and the name under which the simulator wrote it down. */
interface Told extends Conversation {
  name: string;
}

/** A process dies before, during and after each of its writes; afterwards each hold has ended once, for the right amount. */
describe('a crash', () => {
  let system: TestSystem;
  let database: pg.Client;
  let billing: TrappedService;
  let gateway: TrappedService;

  beforeAll(async () => {
    const folder = join(testServers().folder, `traps-${randomUUID().slice(0, 8)}`);
    mkdirSync(folder);
    billing = new TrappedService('billing', folder);
    gateway = new TrappedService('gateway', folder);
    system = await startSystem({
      environment: {
        billing: {
          ...billing.environment,
          // Above the three seconds between a gateway's heartbeats, and above the longest answer here.
          GATEWAY_SILENCE_MS: '8000',
          HOLD_TIME_TO_LIVE_MS: '20000',
          SWEEP_INTERVAL_MS: '200',
        },
        gateway: { ...gateway.environment, BILLING_TIMEOUT_MS: '1500' },
      },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 90_000);

  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  async function holdsOf(customer: TestCustomer): Promise<Map<string, HoldRow>> {
    const { rows } = await database.query<HoldRow>(
      `SELECT id, state, amount_nano_usd AS amount, charged_nano_usd AS charged FROM billing.holds
       WHERE account_id = $1`,
      [customer.accountId],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** By the price list: of a token 150 nano-USD for input, 75 for cached input, 600 for output. */
  async function priceByJournal(name: string): Promise<bigint> {
    const response = await fetch(`${system.simulatorUrl}/_simulator/journal?id=${name}`);
    const { entries } = (await response.json()) as {
      entries: { usage: { input: number; cached: number; output: number } }[];
    };
    expect(entries).toHaveLength(1);
    const { input, cached, output } = entries[0]!.usage;
    return 150n * BigInt(input - cached) + 75n * BigInt(cached) + 600n * BigInt(output);
  }

  async function ask(
    customer: TestCustomer,
    stream: boolean,
    script: string,
    onHead?: () => void,
  ): Promise<Told> {
    const name = randomUUID();
    const content = `Hello [[sim:id=${name};${script}]]`;
    const body = {
      model: 'gpt-4o-mini',
      stream,
      max_tokens: 300,
      messages: [{ role: 'user', content }],
    };
    return { name, ...(await converse(system, customer, body, onHead)) };
  }

  /** Begins answers of every kind, which end one after the other for about a second; resolves when the streams have begun. */
  async function beginAnswers(customer: TestCustomer): Promise<{ ended: Promise<Told[]> }> {
    const begun: Promise<void>[] = [];
    const streams = Array.from({ length: 6 }, (_, index) => {
      let onHead!: () => void;
      begun.push(new Promise((resolve) => (onHead = resolve)));
      return ask(
        customer,
        true,
        `tokens=${20 + 10 * index};chunk-delay=15;usage=input:100,output:50,cached:40`,
        onHead,
      );
    });
    const plain = Array.from({ length: 6 }, (_, index) => ask(customer, false, `ttfb=${300 + 150 * index}`));
    const failing = [
      ask(customer, false, 'ttfb=400;status=500'),
      ask(customer, true, 'ttfb=700;status=400'),
      ask(customer, true, 'chunk-delay=40;error-in-stream=20'),
    ];
    const all = Promise.all([...streams, ...plain, ...failing]);
    await Promise.race([Promise.all(begun), all]);
    return { ended: all };
  }

  /** One after the other, of every kind, until the process has died: whatever the trap waits for comes to pass. */
  async function askUntil(customer: TestCustomer, died: Promise<void>): Promise<Told[]> {
    let isDead = false;
    const watching = died.finally(() => (isDead = true));
    const chains = ['ttfb=100', 'ttfb=150', 'ttfb=50;status=500'].map(async (script, index) => {
      const told: Told[] = [];
      do told.push(await ask(customer, index === 0, script));
      while (!isDead);
      return told;
    });
    await watching;
    return (await Promise.all(chains)).flat();
  }

  /** A hold may expire before its settlement comes: the complete answer is charged all the same. */
  async function allAreCharged(customer: TestCustomer, conversations: Told[]): Promise<void> {
    const complete = conversations.filter((conversation) => conversation.complete);
    for (;;) {
      const holds = await holdsOf(customer);
      if (complete.every(({ requestId }) => holds.get(requestId!)?.state === 'settled')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function expectEachEndedOnce(customer: TestCustomer, conversations: Told[]): Promise<void> {
    await allAreCharged(customer, conversations);
    const { balanceNanoUsd } = await customer.settledAccount();
    const holds = await holdsOf(customer);
    let paid = 0n;
    for (const { name, requestId, complete } of conversations) {
      const hold = requestId ? holds.get(requestId) : undefined;
      if (complete) {
        const price = await priceByJournal(name);
        expect({ ...hold, price }).toMatchObject({ state: 'settled', charged: String(price) });
        paid += price;
      } else if (hold) {
        // Failed, or could not be answered: free.
        expect(['released', 'expired']).toContain(hold.state);
      }
    }
    expect(balanceNanoUsd).toBe(initialNanoUsd - paid);
    expect([...holds.values()].filter(({ charged }) => charged !== null)).toHaveLength(
      conversations.filter(({ complete }) => complete).length,
    );
    expect(await ledgerViolations(system)).toEqual([]);
  }

  const moments = ['before', 'sent', 'answered'] as const;
  const each = (at: string, occurrence: number) => moments.map((moment) => ({ at, moment, occurrence }));

  describe('of billing', () => {
    test.each<CrashTrap>([
      ...each('reserve_holds', 1),
      { at: 'reserve_holds', moment: 'sent', occurrence: 2 },
      ...each('settle_holds', 1),
      { at: 'settle_holds', moment: 'sent', occurrence: 3 },
      ...each('release_holds', 1),
      { at: 'release_holds', moment: 'sent', occurrence: 2 },
    ])(
      '$moment $at, time $occurrence: each answer is paid once, and nothing stays held',
      async (trap) => {
        const customer = await TestCustomer.create(system, '1');
        const under = await beginAnswers(customer);
        billing.set(trap);
        const died = billing.died(system);
        const more = askUntil(customer, died);
        await died;
        await system.restart('billing');
        const conversations = [...(await under.ended), ...(await more)];
        expect(conversations.filter(({ complete }) => complete).length).toBeGreaterThanOrEqual(12);
        await expectEachEndedOnce(customer, conversations);
      },
      60_000,
    );

    test.each<CrashTrap>(each('expire_holds', 1))(
      '$moment $at: what is due is given back once',
      async (trap) => {
        const customer = await TestCustomer.create(system, '1');
        const ids = await holdForNobody(customer, 5);
        // Stopped, so that no sweep comes between the holds falling due and the trap.
        await system.kill('billing', 'SIGSTOP');
        await database.query(
          `UPDATE billing.holds SET expires_at = now() - interval '1 second' WHERE account_id = $1`,
          [customer.accountId],
        );
        billing.set(trap);
        await system.kill('billing', 'SIGCONT');
        await billing.died(system);
        await system.restart('billing');
        expect((await customer.settledAccount()).balanceNanoUsd).toBe(initialNanoUsd);
        const holds = await holdsOf(customer);
        expect(ids.map((id) => holds.get(id)!.state)).toEqual(ids.map(() => 'expired'));
        expect(await ledgerViolations(system)).toEqual([]);
      },
      60_000,
    );
  });

  /** Holds of a gateway that will not end them. */
  async function holdForNobody(customer: TestCustomer, count: number): Promise<string[]> {
    const nats = await connect({ servers: system.natsUrl });
    const gatewayId = randomUUID();
    nats.publish(subjects.gatewayAlive, GatewayAlive.encode({ gatewayId }).finish());
    const items = Array.from({ length: count }, () => ({
      holdId: randomUUID(),
      accountId: customer.accountId,
      keyId: customer.key.id,
      model: 'gpt-4o-mini',
      inputTokensBound: 100,
      outputTokensLimit: 100,
    }));
    const reply = await nats.request(subjects.reserve, ReserveRequest.encode({ gatewayId, items }).finish(), {
      timeout: 10_000,
    });
    const { results } = ReserveResponse.decode(reply.data);
    expect(results.map(({ outcome }) => outcome?.$case)).toEqual(items.map(() => 'held'));
    await nats.close();
    return items.map(({ holdId }) => holdId);
  }

  describe('of the gateway', () => {
    // A dead gateway ends no holds: what it had not told billing is free, what it had told is charged once.
    test.each<CrashTrap & { between: string }>([
      { at: subjects.reserve, moment: 'answered', occurrence: 1, between: 'hold and dispatch' },
      { at: subjects.settle, moment: 'before', occurrence: 2, between: 'outcome and settlement' },
      { at: subjects.settle, moment: 'answered', occurrence: 2, between: 'charge and the end of the answer' },
    ])(
      'between $between: nobody pays twice or wrongly, and nothing stays held',
      async ({ between: _, ...trap }) => {
        const customer = await TestCustomer.create(system, '1');
        const under = await beginAnswers(customer);
        gateway.set(trap);
        const died = gateway.died(system);
        const more = askUntil(customer, died);
        await died;
        await system.restart('gateway');
        const conversations = [...(await under.ended), ...(await more)];
        expect(conversations.some(({ complete }) => !complete)).toBe(true);
        await allAreCharged(customer, conversations);
        const { balanceNanoUsd } = await customer.settledAccount();
        const holds = await holdsOf(customer);
        const charged = [...holds.values()].filter((hold) => hold.state === 'settled');
        for (const { name, requestId, complete } of conversations.filter(({ requestId }) => requestId)) {
          const hold = holds.get(requestId!);
          if (complete || hold?.state === 'settled') {
            expect(hold).toMatchObject({ state: 'settled', charged: String(await priceByJournal(name)) });
          }
        }
        expect(balanceNanoUsd).toBe(
          initialNanoUsd - charged.reduce((sum, hold) => sum + BigInt(hold.charged!), 0n),
        );
        expect(await ledgerViolations(system)).toEqual([]);
      },
      60_000,
    );
  });
});
