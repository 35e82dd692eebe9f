import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';

const page = fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url));

interface Documented {
  type: string;
  labels: string[];
  /** Whether it is told before it has happened. */
  isAlwaysTold: boolean;
}

/** The rows of the page's tables by name. */
async function documented(): Promise<Map<string, Documented>> {
  const rows = (await readFile(page, 'utf8')).matchAll(
    /^\| `(\w+)` +\| (counter|gauge|histogram) +\| (.*?) *\| (.*?) *\|$/gm,
  );
  return new Map(
    [...rows].map(([, name, type, labels, what]) => [
      name!,
      {
        type: type!,
        labels: [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
        isAlwaysTold: !what!.includes('told from the first one on'),
      },
    ]),
  );
}

/** What the numbers of the ledger, the services and the database promise, in a system that has worked. */
describe('the metrics', () => {
  let system: TestSystem;
  let database: pg.Client;
  let customer: TestCustomer;
  const services = () => Object.keys(system.addresses).filter((name) => name !== 'provider-simulator');

  beforeAll(async () => {
    system = await startSystem({ environment: { billing: { LEDGER_CHECK_INTERVAL_MS: '100' } } });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    customer = await TestCustomer.create(system, '1');
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
    expect((await customer.chat(body)).status).toBe(200);
    const failing = { ...body, messages: [{ role: 'user', content: '[[sim:status=400]]' }] };
    expect((await customer.chat(failing)).status).toBeGreaterThanOrEqual(400);
    await customer.settledAccount();
  }, 90_000);

  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  async function metricsOf(service: string): Promise<string> {
    const { http, metrics = `${http}/metrics` } = system.addresses[service]!;
    const answer = await fetch(metrics);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    return answer.text();
  }

  async function samples(service: string, name: string): Promise<Map<string, number>> {
    const lines = (await metricsOf(service)).split('\n').filter((line) => /^\w+/.exec(line)?.[0] === name);
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(name.length, at), Number(line.slice(at + 1))];
      }),
    );
  }

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const checkedAt = async () =>
    [...(await samples('billing', 'tokenroute_ledger_checked_at')).values()][0] ?? 0;

  test('are those of the page, each with its type and its labels', async () => {
    await until(async () => (await checkedAt()) > 0);
    const page = await documented();
    expect(page.size).toBeGreaterThan(15);
    const told = new Set<string>();
    for (const service of services()) {
      const text = await metricsOf(service);
      for (const [, name, type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
        told.add(name!);
        expect({ name, type }).toEqual({ name, type: page.get(name!)?.type });
      }
      for (const [, sample, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
        const name = page.has(sample!) ? sample! : sample!.replace(/_(bucket|sum|count)$/, '');
        const used = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label!);
        expect({ name, labels: page.get(name)!.labels }).toEqual({
          name,
          labels: expect.arrayContaining(used.filter((label) => label !== 'le')),
        });
      }
    }
    const awaited = [...page].filter(([, { isAlwaysTold }]) => isAlwaysTold).map(([name]) => name);
    expect(awaited.filter((name) => !told.has(name))).toEqual([]);
  });

  test('are nowhere on the port that the public reaches', async () => {
    const answers = await Promise.all(
      ['/metrics', '/metrics/', '/v1/metrics', '/METRICS'].map((path) => fetch(system.gatewayUrl + path)),
    );
    for (const answer of answers) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await answer.text()).not.toContain('process_');
    }
  });

  test('tell what each request costs of the database: one statement to hold, one to settle or release', async () => {
    const counts = await samples('billing', 'db_client_operation_duration_count');
    const of = (name: string) =>
      [...counts]
        .filter(([labels]) => labels.includes(`"${name}"`))
        .reduce((sum, [, count]) => sum + count, 0);
    expect([of('reserve_holds'), of('settle_holds'), of('release_holds')]).toEqual([2, 1, 1]);
    const batches = await samples('billing', 'tokenroute_holds_batch_size_sum');
    expect(batches).toEqual(
      new Map([
        ['{operation="reserve"}', 2],
        ['{operation="settle"}', 1],
        ['{operation="release"}', 1],
      ]),
    );
    const [charged] = (await samples('billing', 'tokenroute_settlements_charged_total')).values();
    const { balanceNanoUsd } = await customer.settledAccount();
    expect(charged).toBe(1_000_000_000 - Number(balanceNanoUsd));
  });

  test('tell of a tampered balance', async () => {
    const broken = async () =>
      [...(await samples('billing', 'tokenroute_ledger_violations'))].filter(([, rows]) => rows > 0);
    const tamper = (nanoUsd: number) =>
      database.query('UPDATE billing.accounts SET balance_nano_usd = balance_nano_usd + $1 WHERE id = $2', [
        nanoUsd,
        customer.accountId,
      ]);
    expect(await broken()).toEqual([]);
    await tamper(1);
    await until(async () => (await broken()).length > 0);
    expect(await broken()).toEqual([[`{invariant="every customer's balance is the sum of its entries"}`, 1]]);
    expect(await readFile(system.logFile('billing'), 'utf8')).toContain('ledger: invariant broken');
    await tamper(-1);
    await until(async () => (await broken()).length === 0);
  });
});
