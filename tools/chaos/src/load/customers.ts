import { randomUUID } from 'node:crypto';
import type { SystemOperator } from '@tokenroute/local-system';
import type { Account } from '../oracle/facts.js';

export interface Key {
  id: string;
  secret: string;
  accountId: string;
}

export interface Customer extends Account {
  key: Key;
}

/** Enough for any run. */
const richNanoUsd = 100_000_000_000n;
/** For a handful of requests. */
export const poorNanoUsd = 300_000n;

/** Accounts with a key each, some of them nearly empty, and keys that are there to be revoked. */
export interface Customers {
  all: Customer[];
  spareKeys: Key[];
  /** What the accounts began with. */
  creditNanoUsd(accountId: string): bigint;
}

export async function createCustomers(
  operator: SystemOperator,
  { rich, poor, spareKeys }: { rich: number; poor: number; spareKeys: number },
): Promise<Customers> {
  const all: Customer[] = [];
  for (let made = 0; made < rich + poor; made += 1) {
    const isPoor = made >= rich;
    const account = await operator.createAccount(
      `${randomUUID()}@example.com`,
      isPoor ? poorNanoUsd : richNanoUsd,
    );
    all.push({ id: account.id, isPoor, key: await createKey(operator, account.id) });
  }
  const spare: Key[] = [];
  for (let made = 0; made < spareKeys; made += 1) spare.push(await createKey(operator, all[made % rich]!.id));
  const poorIds = new Set(all.flatMap(({ id, isPoor }) => (isPoor ? [id] : [])));
  return { all, spareKeys: spare, creditNanoUsd: (id) => (poorIds.has(id) ? poorNanoUsd : richNanoUsd) };
}

async function createKey(operator: SystemOperator, accountId: string): Promise<Key> {
  const { key, secret } = await operator.createKey({ accountId });
  return { id: key.id, secret, accountId };
}
