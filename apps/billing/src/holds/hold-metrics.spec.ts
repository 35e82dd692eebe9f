import { metricsText } from '@tokenroute/service-kit';
import type { SettleOutcome } from './hold.repository.js';
import { countExpired, countSettlements, measuredWrite } from './hold-metrics.js';

async function value(sample: string): Promise<number | undefined> {
  const line = (await metricsText()).split('\n').find((each) => each.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

const settlement = (outcome: SettleOutcome['outcome'], cost: bigint, charged: bigint | null) =>
  ({ outcome, cost_nano_usd: cost, charged_nano_usd: charged, used_at: new Date(0) }) as SettleOutcome;

describe('what holds tell at /metrics', () => {
  test('is there from the start', async () => {
    expect(await value('tokenroute_holds_expired_total')).toBe(0);
    expect(await value('tokenroute_settlements_charged_total')).toBe(0);
    expect(await value('tokenroute_settlements_refused_total{outcome="conflict"}')).toBe(0);
  });

  test('a batch counts once with its size, also when it could not be written', async () => {
    const sum = 'tokenroute_holds_batch_size_sum{operation="reserve"}';
    const count = 'tokenroute_holds_batch_duration_count{operation="reserve"}';
    const write = measuredWrite('reserve', async (items: object[]) => items.map((_, index) => index));
    expect(await write([{}, {}, {}])).toEqual([0, 1, 2]);
    const failing = measuredWrite('reserve', () => Promise.reject(new Error('no')));
    await expect(failing([{}, {}])).rejects.toThrow('no');
    expect([await value(sum), await value(count)]).toEqual([5, 2]);
  });

  test('settlements count what was charged, what was lost and what was refused', async () => {
    countSettlements([
      settlement('charged', 10n, 10n),
      settlement('charged', 10n, 4n),
      settlement('conflict', 10n, null),
    ]);
    expect(await value('tokenroute_settlements_charged_total')).toBe(14);
    expect(await value('tokenroute_settlements_lost_total')).toBe(6);
    expect(await value('tokenroute_settlements_refused_total{outcome="conflict"}')).toBe(1);
    countExpired(3);
    expect(await value('tokenroute_holds_expired_total')).toBe(3);
  });
});
