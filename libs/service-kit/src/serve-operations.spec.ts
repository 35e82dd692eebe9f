import type { Server } from 'node:http';
import { Readiness } from './health.module.js';
import { meter } from './metrics.js';
import { portOf, serveOperations } from './serve-operations.js';

describe('a port of its own for operations', () => {
  const readiness = new Readiness();
  let server: Server;
  const ask = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${portOf(server)}${path}`, { method });

  beforeAll(async () => {
    server = await serveOperations('127.0.0.1', 0, readiness);
  });

  afterAll(() => server.close());

  test('serves the metrics', async () => {
    meter.createCounter('test.served').add(1);
    const answer = await ask('/metrics');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await answer.text()).toContain('test_served_total 1');
  });

  test('tells that the process lives, and whether it may be given work', async () => {
    const alive = await ask('/healthz');
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok', version: expect.any(String) }]);
    const ready = await ask('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
    readiness.add('nats', () => Promise.reject(new Error('away')));
    const failing = await ask('/readyz');
    expect([failing.status, await failing.json()]).toEqual([
      503,
      { status: 'unavailable', failing: ['nats'] },
    ]);
  });

  test('serves nothing else', async () => {
    const others = [
      await ask('/'),
      await ask('/metrics/x'),
      await ask('/v1/models'),
      await ask('/constructor'),
      await ask('/metrics', 'POST'),
    ];
    expect(others.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  test('that is taken is a failed start, not a service without numbers', async () => {
    await expect(serveOperations('127.0.0.1', portOf(server), readiness)).rejects.toThrow('EADDRINUSE');
  });
});
