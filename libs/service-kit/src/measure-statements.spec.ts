import type pg from 'pg';
import { measureStatements } from './measure-statements.js';
import { metricsText } from './metrics.js';

type Query = (...args: unknown[]) => unknown;

/** A connection as the driver has it: with a callback or, without one, a promise. */
function connection(fails?: Error): { query: Query } {
  const client = {
    query: (...args: unknown[]): unknown => {
      const callback = args.at(-1);
      if (typeof callback === 'function') return void (callback as Query)(fails, fails ? undefined : 'rows');
      return fails ? Promise.reject(fails) : Promise.resolve('rows');
    },
  };
  measureStatements(client as unknown as pg.ClientBase);
  return client;
}

async function counted(labels: string): Promise<number> {
  const sample = `db_client_operation_duration_count{db_system_name="postgresql",${labels}} `;
  const line = (await metricsText()).split('\n').find((each) => each.startsWith(sample));
  return Number(line?.slice(sample.length) ?? 0);
}

describe('a statement', () => {
  test('counts under the name it was prepared by, called either way', async () => {
    const client = connection();
    expect(await client.query({ name: 'settle', text: 'SELECT 1' })).toBe('rows');
    const answer = await new Promise((resolve) => {
      client.query({ name: 'settle', text: 'SELECT 1' }, [1], (_: unknown, rows: unknown) => resolve(rows));
    });
    expect(answer).toBe('rows');
    expect(await counted('db_query_summary="settle"')).toBe(2);
  });

  test('without a name counts with all that have none', async () => {
    const client = connection();
    await client.query('BEGIN');
    await client.query({ text: 'SELECT 1', name: '' });
    expect(await counted('db_query_summary="unnamed"')).toBe(2);
  });

  test('that fails still fails, and counts with its code and without its text', async () => {
    const error = Object.assign(new Error('value "secret" is out of range'), { code: '22003' });
    await expect(connection(error).query({ name: 'reserve', text: '' })).rejects.toBe(error);
    const heard = await new Promise((resolve) => {
      connection(error).query({ name: 'reserve', text: '' }, resolve);
    });
    expect(heard).toBe(error);
    expect(await counted('db_query_summary="reserve",error_type="22003"')).toBe(2);
    expect(await metricsText()).not.toContain('secret');
  });
});
