import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager, type StreamState } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { SettleRequest, settlementsStream } from '@tokenroute/contracts';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { administer } from './administer.js';
import { type Conversation, converse } from './converse.js';
import { FlatPrice } from './price-rows.js';
import { endedRequests } from './simulator-journal.js';

const initialNanoUsd = 1_000_000_000n;
const answers = 10;

interface HoldRow {
  id: string;
  state: string;
  charged: string | null;
}

interface Told extends Conversation {
  name: string;
}

/** The disk of the queue comes back as it was at another time: what it forgot or repeats is charged once, or to nobody. */
describe('the settlement queue set back to an older copy', () => {
  let system: TestSystem;
  let database: pg.Client;
  let price: FlatPrice;
  /** From before anything was queued. */
  let blank: string;

  beforeAll(async () => {
    system = await startSystem({
      natsDataFolder: true,
      environment: { billing: { GATEWAY_SILENCE_MS: '6000', SWEEP_INTERVAL_MS: '200' } },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    price = await FlatPrice.of(database, 'gpt-4o-mini');
    await queueIs(({ last_seq }) => last_seq === 0);
    blank = await copyOfStore();
  }, 120_000);

  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  const store = () => system.servers.nats.dataFolder!;

  /** Takes NATS down for as long as it takes to copy what it has on disk. */
  async function copyOfStore(): Promise<string> {
    const copy = `${store()}-${randomUUID().slice(0, 8)}`;
    await system.servers.nats.halt();
    cpSync(store(), copy, { recursive: true });
    await system.servers.nats.start();
    return copy;
  }

  /** @param copy null: nothing at all is left */
  async function setBackTo(copy: string | null): Promise<void> {
    await system.servers.nats.halt();
    rmSync(store(), { recursive: true });
    if (copy === null) mkdirSync(store());
    else cpSync(copy, store(), { recursive: true });
    await system.servers.nats.start();
  }

  /** Resolves when the stream is there and so. */
  async function queueIs(isSo: (state: StreamState) => boolean): Promise<void> {
    const nats = await connect({ servers: system.natsUrl });
    try {
      for (;;) {
        const state = await jetstreamManager(nats)
          .then((manager) => manager.streams.info(settlementsStream.stream))
          .then((info) => info.state)
          .catch(() => null);
        if (state && isSo(state)) return;
        await pause(20);
      }
    } finally {
      await nats.close();
    }
  }

  /** NATS was away: gateway and billing are back when each of them has noticed. */
  async function untilServed(): Promise<void> {
    const customer = await TestCustomer.create(system, '1');
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
    while ((await converse(system, customer, body)).status !== 200) await pause(50);
    await customer.settledAccount();
  }

  /** Answers that ended while billing was away: their settlements are in the queue, and in the gateway's memory. */
  async function answerWithoutBilling(customer: TestCustomer): Promise<Told[]> {
    await untilServed();
    const begun: Promise<void>[] = [];
    const streams = Array.from({ length: answers }, async (_, index) => {
      let onHead!: () => void;
      begun.push(new Promise((resolve) => (onHead = resolve)));
      const name = randomUUID();
      const content = `Hello [[sim:id=${name};tokens=${40 + index};chunk-delay=25]]`;
      const body = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content }] };
      return { name, ...(await converse(system, customer, body, onHead)) };
    });
    await Promise.all(begun);
    await system.kill('billing', 'SIGKILL');
    const conversations = await Promise.all(streams);
    expect(conversations.map(({ complete }) => complete)).toEqual(conversations.map(() => true));
    await queueIs(({ messages }) => messages >= answers);
    return conversations;
  }

  async function holdsOf(customer: { accountId: string }): Promise<HoldRow[]> {
    const { rows } = await database.query<HoldRow>(
      'SELECT id, state, charged_nano_usd AS charged FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    return rows;
  }

  async function expectEachPaidOnce(customer: TestCustomer, conversations: Told[]): Promise<void> {
    while ((await holdsOf(customer)).filter(({ state }) => state === 'settled').length < answers) {
      await pause(20);
    }
    const { balanceNanoUsd } = await customer.settledAccount();
    const journal = await endedRequests(system, ...conversations.map(({ name }) => name));
    const usages = new Map(journal.map(({ id, usage }) => [id, usage!]));
    const costs = conversations.map(({ name }) => price.costNanoUsd(usages.get(name)!));
    const charged = new Map((await holdsOf(customer)).map((hold) => [hold.id, hold.charged]));
    expect(charged).toEqual(
      new Map(conversations.map(({ requestId }, index) => [requestId, String(costs[index])])),
    );
    expect(balanceNanoUsd).toBe(initialNanoUsd - costs.reduce((sum, cost) => sum + cost, 0n));
    expect(await ledgerViolations(system)).toEqual([]);
  }

  /** The queue takes a settlement, and billing charges what it holds. */
  async function expectQueueToWork(): Promise<void> {
    const customer = await TestCustomer.create(system, '1');
    const { rows } = await database.query<{ id: string }>(
      `SELECT id FROM billing.prices WHERE model_id = 'gpt-4o-mini'`,
    );
    const usage = {
      inputTokens: 100,
      cachedInputTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
      estimated: false,
    };
    const item = {
      holdId: randomUUID(),
      accountId: customer.accountId,
      keyId: '',
      model: 'gpt-4o-mini',
      priceId: BigInt(rows[0]!.id),
      usage,
      usedAtUnixMs: BigInt(Date.now()),
    };
    await queueIs(() => true);
    const nats = await connect({ servers: system.natsUrl });
    await jetstream(nats).publish(
      settlementsStream.subject,
      SettleRequest.encode({ items: [item] }).finish(),
    );
    await nats.close();
    while ((await holdsOf(customer)).length === 0) await pause(20);
    expect((await holdsOf(customer))[0]).toMatchObject({ state: 'settled', charged: '15000' });
  }

  test('what was charged since comes again, and is charged once', async () => {
    const customer = await TestCustomer.create(system, '1');
    const conversations = await answerWithoutBilling(customer);
    const full = await copyOfStore();
    await system.restart('billing');
    await expectEachPaidOnce(customer, conversations);
    await queueIs(({ messages }) => messages === 0);
    await setBackTo(full);
    // They are all there again, and all taken again.
    await queueIs(({ messages, last_seq }) => last_seq >= answers && messages === 0);
    await expectEachPaidOnce(customer, conversations);
    await expectQueueToWork();
  }, 120_000);

  test('what it has forgotten is charged once: the gateway still knows it', async () => {
    const customer = await TestCustomer.create(system, '1');
    const conversations = await answerWithoutBilling(customer);
    await setBackTo(blank);
    await system.restart('billing');
    await expectEachPaidOnce(customer, conversations);
    await expectQueueToWork();
  }, 120_000);

  test('when the gateway is dead too it is charged to nobody, and told as expired', async () => {
    const customer = await TestCustomer.create(system, '1');
    const conversations = await answerWithoutBilling(customer);
    await system.kill('gateway', 'SIGKILL');
    await setBackTo(blank);
    await Promise.all([system.restart('billing'), system.restart('gateway')]);
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(initialNanoUsd);
    const holds = await holdsOf(customer);
    expect(holds.map(({ id, state, charged }) => ({ id, state, charged }))).toEqual(
      holds.map(({ id }) => ({ id, state: 'expired', charged: null })),
    );
    expect(holds.map(({ id }) => id).sort()).toEqual(conversations.map(({ requestId }) => requestId).sort());
    expect(await administer(system, 'receipt', holds[0]!.id)).toMatchObject({
      state: 'expired',
      cost_usd: null,
      entries: [],
    });
    expect(await ledgerViolations(system)).toEqual([]);
  }, 120_000);

  test('with nothing left of it billing sets it up again by itself', async () => {
    await setBackTo(null);
    await expectQueueToWork();
    expect(await ledgerViolations(system)).toEqual([]);
  }, 60_000);
});
