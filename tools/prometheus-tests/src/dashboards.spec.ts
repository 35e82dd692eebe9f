import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSystem, TestCustomer, type TestSystem, testServers } from '@tokenroute/testing';
import yaml from 'yaml';
import { PrometheusServer, type Sample } from './prometheus-server.js';
import { repositoryPath } from './repository.js';

interface Dashboard {
  title: string;
  panels: { title: string; targets: { expr: string }[] }[];
}

const folder = repositoryPath('deploy/grafana/dashboards');
const panels = readdirSync(folder).flatMap((file) => {
  const { title, panels: all } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard;
  return all.flatMap((panel) =>
    panel.targets.map(({ expr }) => [`${title}, ${panel.title}: ${expr}`, expr] as const),
  );
});
const rules = yaml.parse(readFileSync(repositoryPath('deploy/prometheus/rules/tokenroute.yaml'), 'utf8')) as {
  groups: { rules: { expr: string; alert?: string; record?: string }[] }[];
};
const body = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hello' }] };
const failing = { ...body, stream: false, messages: [{ role: 'user', content: '[[sim:status=500]]' }] };

describe('a Prometheus that scrapes the product under a short load', () => {
  let system: TestSystem;
  let prometheus: PrometheusServer;
  let loading = true;
  let load: Promise<void> = Promise.resolve();

  /** For as long as something is asked: a pace needs two looks, and a busy machine may not look for seconds. */
  async function loadUntilTold(): Promise<void> {
    const customer = await TestCustomer.create(system, '10');
    const limited = await TestCustomer.create(system, '10', { requestsPerMinute: 1 });
    while (loading) {
      await Promise.all(Array.from({ length: 20 }, () => customer.chat(body)));
      await customer.chat(failing);
      await limited.chat(body);
      await limited.chat(body);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  beforeAll(async () => {
    const keys = join(testServers().folder, 'openai-keys');
    writeFileSync(keys, 'simulated 2\nsimulated-too\n');
    system = await startSystem({
      environment: {
        billing: { LEDGER_CHECK_INTERVAL_MS: '500' },
        'adapter-openai': { OPENAI_API_KEY: '', OPENAI_API_KEY_FILE: keys },
      },
    });
    const targets = Object.entries(system.addresses)
      .filter(([name]) => name !== 'provider-simulator')
      .map(([name, { http, metrics = `${http}/metrics` }]) => [name, metrics] as const);
    prometheus = await PrometheusServer.start(
      join(testServers().folder, 'prometheus'),
      Object.fromEntries(targets),
    );
    load = loadUntilTold();
  }, 120_000);

  afterAll(async () => {
    loading = false;
    await load;
    await prometheus?.stop();
    await system?.stop();
  }, 30_000);

  /** Grafana chooses the range by the page's width; here it is one that no busy machine scrapes but once. */
  const query = (expression: string) => prometheus.query(expression.replaceAll('$__rate_interval', '10m'));

  async function untilData(expression: string): Promise<Sample[]> {
    for (let waits = 0; waits < 100; waits += 1) {
      const samples = (await query(expression)).filter(({ value }) => value[1] !== 'NaN');
      if (samples.length > 0) return samples;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return [];
  }

  test('there are panels to look at', () => {
    expect(panels.length).toBeGreaterThan(25);
  });

  test.each(panels)(
    'has data for %s',
    async (_what, expression) => {
      expect(await untilData(expression)).not.toEqual([]);
    },
    60_000,
  );

  test('knows every metric that a rule names, and no alert of a healthy system fires', async () => {
    const all = rules.groups.flatMap(({ rules: each }) => each);
    const recorded = new Map(
      all.flatMap(({ record, expr }) => (record === undefined ? [] : [[record, `(${expr})`]])),
    );
    for (const { alert, expr } of all) {
      const expanded = expr.replace(/tokenroute:\w+:\w+/g, (name) => recorded.get(name)!);
      for (const [name] of expanded.matchAll(/\b(tokenroute|http_server|nodejs)_\w+/g)) {
        expect({ name, series: (await untilData(name)).length > 0 }).toEqual({ name, series: true });
      }
      if (alert !== undefined)
        expect({ alert, firing: await query(expanded) }).toEqual({ alert, firing: [] });
    }
  }, 60_000);
});
