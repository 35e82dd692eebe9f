import { randomUUID } from 'node:crypto';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Settlement, SettleRequest, settlementsStream } from '@tokenroute/contracts';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { administer } from './administer.js';
import { type Conversation, converse } from './converse.js';

const initialNanoUsd = 1_000_000_000n;
/** 100 tokens of gpt-4o-mini's input at 150 nano-USD. */
const inputTokens = 100;
const costNanoUsd = 15_000n;

interface HoldRow {
  id: string;
  state: string;
  charged: string | null;
}

interface AnswerUsage {
  prompt_tokens: number;
  completion_tokens: number;
  cost?: string;
}

/** What billing could not be told at once waits in JetStream: it is charged once, whatever happens to the messages. */
describe('the settlement queue', () => {
  let system: TestSystem;
  let database: pg.Client;
  let nats: NatsConnection;
  let manager: JetStreamManager;
  let priceId: bigint;

  beforeAll(async () => {
    system = await startSystem();
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    await connectToNats();
    const { rows } = await database.query<{ id: string }>(
      `SELECT id FROM billing.prices WHERE model_id = 'gpt-4o-mini'`,
    );
    priceId = BigInt(rows[0]!.id);
  }, 90_000);

  afterAll(async () => {
    await nats.close();
    await database.end();
    await system.stop();
  });

  async function connectToNats(): Promise<void> {
    nats = await connect({ servers: system.natsUrl });
    manager = await jetstreamManager(nats);
  }

  function settlement(customer: { accountId: string }, members: Partial<Settlement> = {}): Settlement {
    return {
      holdId: randomUUID(),
      accountId: customer.accountId,
      keyId: '',
      model: 'gpt-4o-mini',
      priceId,
      usage: {
        inputTokens,
        cachedInputTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        audioInputTokens: 0,
        outputTokens: 0,
        reasoningTokens: 0,
        estimated: false,
      },
      usedAtUnixMs: BigInt(Date.now()),
      ...members,
    };
  }

  const message = (...items: Settlement[]) => SettleRequest.encode({ items }).finish();

  /** Without a message id: the queue takes the same payload as often as it comes. */
  async function publish(payload: Uint8Array): Promise<void> {
    await jetstream(nats).publish(settlementsStream.subject, payload);
  }

  /** Every message was acknowledged: a work queue forgets it then. */
  async function queueIsEmpty(): Promise<void> {
    while ((await manager.streams.info(settlementsStream.stream)).state.messages > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Payload and reason of each. */
  async function deadLetters(): Promise<[payload: string, reason: string][]> {
    const { rows } = await database.query<{ payload: string; reason: string }>(
      `SELECT encode(payload, 'hex') AS payload, reason FROM billing.dead_letters ORDER BY id`,
    );
    return rows.map(({ payload, reason }) => [payload, reason]);
  }

  async function holdsOf(customer: TestCustomer): Promise<HoldRow[]> {
    const { rows } = await database.query<HoldRow>(
      'SELECT id, state, charged_nano_usd AS charged FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    return rows;
  }

  const balanceOf = async (customer: TestCustomer) =>
    (await system.operator.findAccount(customer.accountId))!.balanceNanoUsd;

  test('messages that come thrice and in any order are charged once each', async () => {
    const customer = await TestCustomer.create(system, '1');
    const good = Array.from({ length: 30 }, () => settlement(customer));
    // Each alone, each with its neighbour, and each in one big batch.
    const payloads = [
      ...good.map((item) => message(item)),
      ...good.map((item, index) => message(item, good[(index + 1) % good.length]!)),
      message(...good.toReversed()),
    ];
    const shuffled = payloads
      .map((payload, index) => ({ payload, rank: (index * 37) % payloads.length }))
      .sort((a, b) => a.rank - b.rank);
    await Promise.all(shuffled.map(({ payload }) => publish(payload)));
    await queueIsEmpty();
    const holds = await holdsOf(customer);
    expect(holds.map(({ id }) => id).sort()).toEqual(good.map(({ holdId }) => holdId).sort());
    expect(new Set(holds.map(({ charged }) => charged))).toEqual(new Set([String(costNanoUsd)]));
    expect(await balanceOf(customer)).toBe(initialNanoUsd - 30n * costNanoUsd);
    expect(await deadLetters()).toEqual([]);
    expect(await ledgerViolations(system)).toEqual([]);
  });

  test('poison is kept with its reason, can be told and replayed, and stops nothing behind it', async () => {
    const customer = await TestCustomer.create(system, '1');
    const charged = settlement(customer);
    await publish(message(charged));
    await queueIsEmpty();
    const poison: Record<string, [Uint8Array, reason: string]> = {
      'not protobuf': [Buffer.from('ffffffffffffffff', 'hex'), 'undecodable'],
      'cut off': [message(settlement(customer)).subarray(0, 40), 'undecodable'],
      nothing: [new Uint8Array(), 'undecodable'],
      // Field 15 of a message that has no such field: skipped when it is read.
      'of another message': [Buffer.from('7801', 'hex'), 'undecodable'],
      'an id that is none': [message(settlement(customer, { holdId: 'x' })), 'malformed'],
      'no usage': [message(settlement(customer, { usage: undefined })), 'malformed'],
      'an account that nobody has': [message(settlement({ accountId: randomUUID() })), 'unknown-account'],
      'a price that never was': [message(settlement(customer, { priceId: 999_999n })), 'unknown-price'],
      'a text that PostgreSQL cannot store': [
        message(settlement(customer, { model: 'gpt\u0000' })),
        'conflict',
      ],
      'a time that PostgreSQL does not know': [
        message(settlement(customer, { usedAtUnixMs: 2n ** 62n })),
        'conflict',
      ],
      'another usage of a charged hold': [
        message({ ...charged, usage: { ...charged.usage!, inputTokens: 1 } }),
        'conflict',
      ],
    };
    // Of a batch only the bad ones are kept; what is good is charged all the same.
    const good = settlement(customer);
    const bad = [settlement(customer, { holdId: 'y' }), settlement(customer, { priceId: 999_998n })];
    const behind = Array.from({ length: 20 }, () => settlement(customer));
    for (const [payload] of Object.values(poison)) await publish(payload);
    // One that comes twice is one letter.
    await publish(poison['no usage']![0]);
    await publish(message(bad[0]!, good, bad[1]!));
    for (const item of behind) await publish(message(item));
    await queueIsEmpty();
    const expected = [
      ...Object.values(poison),
      [message(bad[0]!), 'malformed'] as const,
      [message(bad[1]!), 'unknown-price'] as const,
    ].map(([payload, reason]) => `${Buffer.from(payload).toString('hex')} ${reason}`);
    expect((await deadLetters()).map((letter) => letter.join(' ')).sort()).toEqual(expected.sort());
    const ids = [charged, good, ...behind].map(({ holdId }) => holdId);
    expect((await holdsOf(customer)).map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(await balanceOf(customer)).toBe(initialNanoUsd - 22n * costNanoUsd);
    expect(await ledgerViolations(system)).toEqual([]);
    expect(await administer(system, 'dead-letters', 'list')).toMatchObject({ uncharged: expected.length });
  });

  test('a dead letter whose cause is gone is charged once, however often it is replayed', async () => {
    const accountId = randomUUID();
    const letter = settlement({ accountId });
    await publish(message(letter));
    await queueIsEmpty();
    const { letters } = (await administer(system, 'dead-letters', 'list', '--limit', '1')) as unknown as {
      letters: { id: string; reason: string; settlements: { request_id: string }[] }[];
    };
    expect(letters).toMatchObject([
      { reason: 'unknown-account', settlements: [{ request_id: letter.holdId }] },
    ]);
    const id = letters[0]!.id;
    await expect(administer(system, 'dead-letters', 'replay', id)).rejects.toThrow('1 of 1 are not charged');
    await database.query(
      `INSERT INTO billing.accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
    await administer(system, 'credit', 'grant', accountId, '--usd', '1');
    const replays = [id, id, id].map((each) => administer(system, 'dead-letters', 'replay', each));
    for (const replay of [...replays, administer(system, 'dead-letters', 'replay', id)]) {
      expect(await replay).toMatchObject({ replayed: 1, charged: 1 });
    }
    expect(await administer(system, 'dead-letters', 'show', id)).toMatchObject({ outcome: 'charged' });
    const { balance_usd } = await administer(system, 'account', 'show', accountId);
    expect(balance_usd).toBe('0.999985');
    expect(await ledgerViolations(system)).toEqual([]);
  }, 60_000);

  test('billing dies in the middle of a long queue, and NATS with it: each is charged once', async () => {
    const customer = await TestCustomer.create(system, '1');
    await system.kill('billing', 'SIGKILL');
    const queued = Array.from({ length: 500 }, () => settlement(customer));
    await Promise.all(queued.map((item) => publish(message(item))));
    await system.restart('billing');
    await until(customer, (holds) => holds.length > 0);
    await system.kill('billing', 'SIGKILL');
    await nats.close();
    await system.servers.nats.kill();
    await system.servers.nats.start();
    await connectToNats();
    await system.restart('billing');
    // What billing had taken but not acknowledged comes again after half a minute.
    await queueIsEmpty();
    expect((await holdsOf(customer)).map(({ id }) => id).sort()).toEqual(
      queued.map(({ holdId }) => holdId).sort(),
    );
    expect(await balanceOf(customer)).toBe(initialNanoUsd - 500n * costNanoUsd);
    expect(await ledgerViolations(system)).toEqual([]);
  }, 90_000);

  /** Streams that take about a second; resolves when all of them have begun. */
  async function beginStreams(customer: TestCustomer, count: number): Promise<Promise<Conversation>[]> {
    const heads: Promise<void>[] = [];
    const conversations = Array.from({ length: count }, (_, index) => {
      const content = `Hello ${index} [[sim:ttfb=${(index % 5) * 60};tokens=40;chunk-delay=25]]`;
      let begun!: () => void;
      heads.push(new Promise((resolve) => (begun = resolve)));
      return converse(
        system,
        customer,
        {
          model: 'gpt-4o-mini',
          stream: true,
          stream_options: { include_usage: true },
          max_tokens: 200,
          messages: [{ role: 'user', content }],
        },
        begun,
      );
    });
    await Promise.all(heads);
    return conversations;
  }

  function usageOf(conversation: Conversation): AnswerUsage {
    const events = conversation.text!.split('\n\n').filter((event) => event.startsWith('data: {'));
    const chunks = events.map((event) => JSON.parse(event.slice(6)) as { usage?: AnswerUsage | null });
    return chunks.find(({ usage }) => usage)!.usage!;
  }

  /** Of less than a dollar. */
  const nanoUsdOf = (decimal: string) => BigInt(decimal.split('.')[1]!.padEnd(9, '0'));

  /** By the price list: 150 nano-USD a token of input, 600 a token of output. */
  function priceOf({ prompt_tokens, completion_tokens }: AnswerUsage): bigint {
    return 150n * BigInt(prompt_tokens) + 600n * BigInt(completion_tokens);
  }

  async function expectEachPaidOnce(customer: TestCustomer, conversations: Conversation[]): Promise<void> {
    await customer.settledAccount();
    await queueIsEmpty();
    const chargedById = new Map((await holdsOf(customer)).map(({ id, charged }) => [id, charged]));
    const complete = conversations.filter((conversation) => conversation.complete);
    const expected = complete.map((conversation) => priceOf(usageOf(conversation)));
    expect(complete.map(({ requestId }) => chargedById.get(requestId!))).toEqual(expected.map(String));
    const others = [...chargedById.values()].filter((charged) => charged !== null).length - complete.length;
    expect(others).toBe(0);
    expect(await balanceOf(customer)).toBe(initialNanoUsd - expected.reduce((sum, cost) => sum + cost, 0n));
    expect(await ledgerViolations(system)).toEqual([]);
  }

  async function until(customer: TestCustomer, isSo: (holds: HoldRow[]) => boolean): Promise<void> {
    while (!isSo(await holdsOf(customer))) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  test('while billing is down answers end without their cost; they are charged after its restart', async () => {
    const customer = await TestCustomer.create(system, '1');
    const streamed = await beginStreams(customer, 20);
    await system.kill('billing', 'SIGKILL');
    const conversations = await Promise.all(streamed);
    expect(conversations.every(({ complete }) => complete)).toBe(true);
    expect(conversations.map((conversation) => usageOf(conversation).cost)).toEqual(
      conversations.map(() => undefined),
    );
    expect((await holdsOf(customer)).map(({ state }) => state)).toEqual(conversations.map(() => 'held'));
    await system.restart('billing');
    await expectEachPaidOnce(customer, conversations);
    const [after] = await Promise.all(await beginStreams(customer, 1));
    expect(nanoUsdOf(usageOf(after!).cost!)).toBe(priceOf(usageOf(after!)));
  }, 60_000);

  test('NATS dies in the middle of answers and comes back: each is paid once, and the queue works on', async () => {
    const customer = await TestCustomer.create(system, '1');
    const streamed = await beginStreams(customer, 20);
    await nats.close();
    await system.servers.nats.kill();
    const conversations = await Promise.all(streamed);
    await system.servers.nats.start();
    await connectToNats();
    expect(conversations.every(({ complete }) => complete)).toBe(true);
    await expectEachPaidOnce(customer, conversations);
    const late = settlement(customer);
    await publish(message(late));
    await until(customer, (holds) => holds.some(({ id, charged }) => id === late.holdId && charged !== null));
  }, 90_000);
});
