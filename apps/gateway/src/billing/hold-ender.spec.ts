import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { settlementsStream } from '@tokenroute/contracts';
import {
  type HttpAnswer,
  ledgerViolations,
  startSystem,
  TestCustomer,
  type TestSystem,
} from '@tokenroute/testing';

const initialNanoUsd = 1_000_000_000n;

/** Billing is gone when the answer comes; then one of those that still have the settlement is lost too. */
describe('a settlement that billing has not confirmed', () => {
  let system: TestSystem;
  let customer: TestCustomer;
  let nats: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    system = await startSystem({
      // So that no hold ends before its settlement comes.
      environment: { gateway: { BILLING_TIMEOUT_MS: '500' }, billing: { GATEWAY_SILENCE_MS: '60000' } },
    });
    await connectToNats();
  }, 120_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
  });

  afterEach(async () => {
    expect(await ledgerViolations(system)).toEqual([]);
  });

  afterAll(async () => {
    await nats.close();
    await system.stop();
  });

  async function connectToNats(): Promise<void> {
    nats = await connect({ servers: system.natsUrl });
    manager = await jetstreamManager(nats);
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  const queued = async () => (await manager.streams.info(settlementsStream.stream)).state.messages;

  /** An answer that comes a while after `strike`, for which the provider was asked before it. */
  async function answerAfter(strike: () => Promise<void>): Promise<HttpAnswer> {
    const id = crypto.randomUUID();
    const content = `Hello [[sim:id=${id};ttfb=1500]]`;
    const answer = customer.chat({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
    await until(async () => {
      const journal = await fetch(`${system.simulatorUrl}/_simulator/journal?id=${id}`);
      return ((await journal.json()) as { entries: unknown[] }).entries.length > 0;
    });
    await strike();
    return answer;
  }

  /** 150 nano-USD a token of input, 600 a token of output. */
  async function expectChargedOnce(answer: HttpAnswer): Promise<void> {
    expect(answer.status).toBe(200);
    const { usage } = answer.json();
    expect(usage.cost).toBeUndefined();
    const price = 150n * BigInt(usage.prompt_tokens) + 600n * BigInt(usage.completion_tokens);
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(initialNanoUsd - price);
  }

  test('is charged by its gateway when the queue has lost it', async () => {
    const answer = await answerAfter(() => system.kill('billing', 'SIGKILL'));
    expect(await queued()).toBe(1);
    await manager.streams.purge(settlementsStream.stream);
    await system.restart('billing');
    await expectChargedOnce(answer);
    expect(await queued()).toBe(0);
  }, 60_000);

  test('is charged from the queue when its gateway has ended, which does not wait for billing', async () => {
    const answer = await answerAfter(() => system.kill('billing', 'SIGKILL'));
    expect(await queued()).toBe(1);
    await system.kill('gateway', 'SIGTERM');
    expect(await queued()).toBe(1);
    await system.restart('billing');
    await expectChargedOnce(answer);
    await system.restart('gateway');
  }, 60_000);

  test('keeps its gateway from ending while nobody else has it', async () => {
    const answer = await answerAfter(async () => {
      await system.kill('billing', 'SIGKILL');
      await nats.close();
      await system.servers.nats.kill();
    });
    const ending = system.kill('gateway', 'SIGTERM');
    await system.servers.nats.start();
    await connectToNats();
    await ending;
    await system.restart('billing');
    await expectChargedOnce(answer);
    await system.restart('gateway');
  }, 60_000);
});
