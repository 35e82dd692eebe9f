import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SystemOperator } from '@tokenroute/local-system';
import { parseUsd } from '@tokenroute/money';
import { type DemoSignIn, signUpDemoPerson } from './demo-person.js';
import type { DevEnv } from './dev-env.js';

export interface DemoAccount {
  accountId: string;
  key: string;
  /** For the dashboard; undefined where mail goes to somebody else's server, which would have to confirm the address. */
  signIn?: DemoSignIn;
  /** False: the one of an earlier start goes on. */
  isNew: boolean;
}

export interface DemoAddresses {
  /** host:port */
  auth: string;
  billing: string;
  authUrl: string;
  publicUrl: string;
  mailboxUrl: string | undefined;
}

const credit = parseUsd('10');

/** The account and key of the last start if both are still good, otherwise new ones with 10 USD. */
export async function demoAccount(addresses: DemoAddresses, last: DevEnv): Promise<DemoAccount> {
  const operator = new SystemOperator(addresses);
  try {
    return (await formerAccount(operator, last)) ?? (await newAccount(operator, addresses));
  } finally {
    operator.close();
  }
}

async function formerAccount(operator: SystemOperator, last: DevEnv): Promise<DemoAccount | undefined> {
  const { TOKENROUTE_API_KEY: key, TOKENROUTE_ACCOUNT_ID: accountId } = last;
  if (!key || !accountId) return undefined;
  const [valid, account] = await Promise.all([operator.validateKey(key), operator.findAccount(accountId)]);
  const isGood = valid?.accountId === accountId && account !== undefined;
  if (!isGood) return undefined;
  const { DASHBOARD_EMAIL: email, DASHBOARD_PASSWORD: password } = last;
  return { accountId, key, isNew: false, ...(email && password && { signIn: { email, password } }) };
}

async function newAccount(operator: SystemOperator, addresses: DemoAddresses): Promise<DemoAccount> {
  // A new address each time: an earlier demo account may still be on the books while its key is lost.
  const email = `demo-${randomBytes(4).toString('hex')}@example.com`;
  const { accountId, signIn } = await openAccount(operator, addresses, email);
  const { secret } = await operator.createKey({ accountId, name: 'demo' });
  return { accountId, key: secret, signIn, isNew: true };
}

async function openAccount(
  operator: SystemOperator,
  { mailboxUrl, ...addresses }: DemoAddresses,
  email: string,
): Promise<{ accountId: string; signIn?: DemoSignIn }> {
  if (mailboxUrl === undefined) return { accountId: (await operator.createAccount(email, credit)).id };
  const { accountId, ...signIn } = await signUpDemoPerson({ ...addresses, mailboxUrl }, email);
  // auth asks billing for the account on its own.
  while ((await operator.findAccount(accountId)) === undefined) await delay(50);
  await operator.grantCredit(accountId, credit);
  return { accountId, signIn };
}
