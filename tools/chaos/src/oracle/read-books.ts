import { Metadata } from '@grpc/grpc-js';
import type { SystemOperator } from '@tokenroute/local-system';
import type pg from 'pg';
import type { Books, HoldRow, JournalEntry } from './facts.js';

interface StoredHold {
  id: string;
  account_id: string;
  state: HoldRow['state'];
  model: string | null;
  amount: string;
  cost: string | null;
  charged: string | null;
  output_tokens: string | null;
  estimated: boolean | null;
}

const verifyTimeoutMs = 120_000;

/** The books as they are: what the oracle judges. */
export async function readBooks(database: pg.Client, operator: SystemOperator): Promise<Books> {
  const holds = await database.query<StoredHold>(
    `SELECT id, account_id, state, model, amount_nano_usd AS amount, cost_nano_usd AS cost, charged_nano_usd AS charged,
            output_tokens, usage_estimated AS estimated
     FROM billing.holds`,
  );
  const accounts = await database.query<{ id: string; balance: string; held: string }>(
    `SELECT id, balance_nano_usd AS balance, held_nano_usd AS held FROM billing.accounts WHERE kind = 'customer'`,
  );
  const losses = await database.query<{ transaction_id: string; reason: string; amount: string }>(
    `SELECT transaction_id, reason, amount_nano_usd AS amount FROM billing.house_losses`,
  );
  return {
    holds: holds.rows.map(toHoldRow),
    accounts: accounts.rows.map(({ id, balance, held }) => ({
      id,
      balanceNanoUsd: BigInt(balance),
      heldNanoUsd: BigInt(held),
    })),
    losses: losses.rows.map(({ transaction_id, reason, amount }) => ({
      holdId: transaction_id,
      reason,
      amountNanoUsd: BigInt(amount),
    })),
    broken: await ledgerViolations(operator),
  };
}

/** Every request that the providers' stand-in has seen. @throws Error when it has forgotten some */
export async function readJournal(simulatorUrl: string): Promise<JournalEntry[]> {
  const answer = await fetch(`${simulatorUrl}/_simulator/journal`);
  const { entries, dropped } = (await answer.json()) as { entries: JournalEntry[]; dropped: number };
  if (dropped > 0) throw new Error('the journal has forgotten requests');
  return entries;
}

function toHoldRow(row: StoredHold): HoldRow {
  const amount = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    id: row.id,
    accountId: row.account_id,
    state: row.state,
    model: row.model,
    amountNanoUsd: BigInt(row.amount),
    costNanoUsd: amount(row.cost),
    chargedNanoUsd: amount(row.charged),
    outputTokens: row.output_tokens === null ? null : Number(row.output_tokens),
    estimated: row.estimated ?? false,
  };
}

function ledgerViolations({ billingQuery }: SystemOperator): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + verifyTimeoutMs };
    billingQuery.verifyLedger({}, new Metadata(), options, (error, answer) => {
      if (error) return reject(error);
      if (answer.invariants.length === 0) return reject(new Error('nothing was checked'));
      const broken = answer.invariants.filter(({ violations }) => violations > 0);
      resolve(broken.map(({ invariant, rows }) => `${invariant}: ${rows.join(' ')}`));
    });
  });
}
