import { randomBytes } from 'node:crypto';
import { SystemOperator } from '@tokenroute/local-system';
import { parseUsd } from '@tokenroute/money';
import type { DevEnv } from './dev-env.js';

export interface DemoAccount {
  accountId: string;
  key: string;
  /** False: the one of an earlier start goes on. */
  isNew: boolean;
}

const credit = '10';

/** The account and key of the last start if both are still good, otherwise new ones with 10 USD. */
export async function demoAccount(
  addresses: { auth: string; billing: string },
  last: DevEnv,
): Promise<DemoAccount> {
  const operator = new SystemOperator(addresses);
  try {
    return (await formerAccount(operator, last)) ?? (await newAccount(operator));
  } finally {
    operator.close();
  }
}

async function formerAccount(operator: SystemOperator, last: DevEnv): Promise<DemoAccount | undefined> {
  const { TOKENROUTE_API_KEY: key, TOKENROUTE_ACCOUNT_ID: accountId } = last;
  if (!key || !accountId) return undefined;
  const [valid, account] = await Promise.all([operator.validateKey(key), operator.findAccount(accountId)]);
  const isGood = valid?.accountId === accountId && account !== undefined;
  return isGood ? { accountId, key, isNew: false } : undefined;
}

async function newAccount(operator: SystemOperator): Promise<DemoAccount> {
  // A new address each time: an earlier demo account may still be on the books while its key is lost.
  const email = `demo-${randomBytes(4).toString('hex')}@example.com`;
  const { id } = await operator.createAccount(email, parseUsd(credit));
  const { secret } = await operator.createKey({ accountId: id, name: 'demo' });
  return { accountId: id, key: secret, isNew: true };
}
