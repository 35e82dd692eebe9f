import { performance } from 'node:perf_hooks';
import type { Attributes } from '@opentelemetry/api';
import type pg from 'pg';
import { meter } from './metrics.js';

/** Statements that have no name of their own: those of the object mapper, of an operator's rare call, BEGIN and COMMIT. */
const unnamed = 'unnamed';

const duration = meter.createHistogram('db.client.operation.duration', {
  unit: 's',
  description: 'Database statements by the name they were prepared under',
  advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] },
});

const attributesByName = new Map<string, Attributes>();

/** Prepared once per name: names are constants of the code, so there are few. */
function attributesOf(name: string): Attributes {
  let attributes = attributesByName.get(name);
  if (!attributes) {
    attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
    attributesByName.set(name, attributes);
  }
  return attributes;
}

type Query = (...args: unknown[]) => unknown;

/** Counts and times every statement that goes over a connection, however it was called. */
export function measureStatements(client: pg.ClientBase): void {
  const target = client as unknown as { query: Query };
  const query = target.query.bind(client);
  target.query = (...args) => {
    const startedAt = performance.now();
    const name = (args[0] as { name?: unknown } | undefined)?.name;
    const attributes = attributesOf(typeof name === 'string' && name !== '' ? name : unnamed);
    const end = (error?: unknown): void => record(startedAt, attributes, error);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (error: unknown, ...rest: unknown[]) => {
        end(error ?? undefined);
        (callback as Query)(error, ...rest);
      };
      return query(...args);
    }
    const result = query(...args);
    if (result instanceof Promise) result.then(() => end(), end);
    return result;
  };
}

function record(startedAt: number, attributes: Attributes, error: unknown): void {
  const seconds = (performance.now() - startedAt) / 1_000;
  if (error === undefined) {
    duration.record(seconds, attributes);
    return;
  }
  // An SQLSTATE or a code of the driver; its text may quote values.
  const code = (error as { code?: unknown }).code;
  duration.record(seconds, { ...attributes, 'error.type': typeof code === 'string' ? code : 'unknown' });
}
