import { rollingRestart } from './rolling-restart.js';

test('every service is restarted under load, and no request fails, no stream is cut, every charge is exact', async () => {
  const report = await rollingRestart({
    rounds: 1,
    providers: ['openai'],
    dashboard: false,
    load: { models: ['gpt-4o-mini'], streams: 6, streamMs: 1_500, plainCalls: 2 },
  });
  expect(report.failures).toEqual([]);
  expect(report.restarts).toBe(8);
  expect(report.streams).toBeGreaterThan(0);
  expect(report.plainCalls).toBeGreaterThan(0);
  expect(report.chargedNanoUsd).toBe(report.expectedNanoUsd);
  expect(report.ledgerViolations).toEqual([]);
}, 300_000);
