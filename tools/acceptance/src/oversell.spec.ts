import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { parseUsd } from '@tokenroute/money';
import pg from 'pg';
import { Agent, request } from 'undici';
import { FundsWatch } from './funds-watch.js';
import { everyRequest } from './simulator-journal.js';

const payable = 14;
const connections = 32;
const durationMs = 6_000;

const body = JSON.stringify({
  model: 'gpt-4o-mini',
  max_tokens: 40,
  messages: [{ role: 'user', content: 'Hello [[sim:tokens=40;ttfb=50]]' }],
});

/** Two gateways and two billings, all of whose connections want the money of one account. */
describe('an account with money for 14 calls', () => {
  const dispatcher = new Agent({ connections });
  let system: TestSystem;
  let database: pg.Client;

  beforeAll(async () => {
    system = await startSystem({ gateways: 2, billings: 2 });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 180_000);

  afterAll(async () => {
    await dispatcher.close();
    await database?.end();
    await system?.stop();
  });

  async function ask(customer: TestCustomer, gatewayUrl: string): Promise<number> {
    const { statusCode, body: answer } = await request(`${gatewayUrl}/v1/chat/completions`, {
      dispatcher,
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
      body,
    });
    await answer.dump();
    return statusCode;
  }

  /** What one call is held for and what it costs, in nano-USD. */
  async function amountsOfOneCall(): Promise<{ held: bigint; cost: bigint }> {
    const customer = await TestCustomer.create(system, '1');
    const answer = await customer.chat(body);
    return {
      held: parseUsd(answer.headers.get('x-tokenroute-hold-usd')!),
      cost: parseUsd(answer.json().usage.cost),
    };
  }

  test('is served 14 times, however many connections ask, and pays for each exactly', async () => {
    const { held, cost } = await amountsOfOneCall();
    const before = (await everyRequest(system)).length;
    // The fourteenth can be held after thirteen are paid; a fifteenth cannot.
    const balance = BigInt(payable - 1) * cost + held;
    const customer = await TestCustomer.create(system, '0');
    await system.operator.grantCredit(customer.accountId, balance);

    const statuses: number[] = [];
    const served = () => statuses.filter((status) => status === 200).length;
    const endAt = performance.now() + durationMs;
    const askAgainAndAgain = async (gatewayUrl: string) => {
      // A machine that is busy may need longer for fourteen answers: what is promised is their number.
      while (performance.now() < endAt || served() < payable) statuses.push(await ask(customer, gatewayUrl));
    };
    const { seen } = await FundsWatch.during(system.databaseUrl, () =>
      Promise.all(
        Array.from({ length: connections }, (_, index) =>
          askAgainAndAgain(system.gatewayUrls[index % system.gatewayUrls.length]!),
        ),
      ),
    );

    expect(served()).toBe(payable);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(balance - BigInt(payable) * cost);
    expect((await everyRequest(system)).length - before).toBe(payable);
    expect(seen).toMatchObject({ overdrawn: 0, unexplained: 0 });
    expect(await ledgerViolations(system)).toEqual([]);
  }, 180_000);
});
