// Holds and their charges as all benchmarks of them make them, and how their cost is taken.
import { readFileSync } from 'node:fs';
import { v7 as uuidv7 } from 'uuid';

export const gatewayId = uuidv7();
export const timeToLiveMs = 15 * 60_000;
const model = 'gpt-4o-mini';
const priceId = 2n;
const usage = {
  inputTokens: 800,
  cachedInputTokens: 200,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 120,
  reasoningTokens: 0,
  estimated: false,
};

const telemetry = {
  httpStatus: 200,
  durationMs: 1_830,
  firstTokenMs: 240,
  streamed: true,
  finishReason: 'stop',
  upstreamModel: 'gpt-4o-mini-2024-07-18',
};

export const pick = (values) => values[Math.floor(Math.random() * values.length)];

export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

export function reservation(accountId, keyId, holdId = uuidv7()) {
  return {
    holdId,
    accountId,
    keyId,
    gatewayId,
    model,
    inputTokensBound: 1_000,
    outputTokensLimit: 500,
    ceilingNanoUsd: 450_000n,
    priceId,
    pricePlanId: null,
  };
}

export function settlement({ holdId, accountId, keyId }) {
  const usedAtUnixMs = BigInt(Date.now());
  return { holdId, accountId, keyId, model, priceId, usage, usedAtUnixMs, telemetry, costNanoUsd: 177_000n };
}

export function mustBe(rows, wanted) {
  if (rows.some(({ outcome }) => outcome !== wanted)) throw new Error(`not every item was ${wanted}`);
}

/** Nanoseconds that the connection's own process has had a processor (Linux): vacuum and checkpoints come and go. */
export function processorNs(backend) {
  return Number(readFileSync(`/proc/${backend}/schedstat`, 'utf8').split(' ', 1)[0]);
}

/** Customers who can pay, with ids of this moment. */
export async function openAccounts(pool, count) {
  const ids = Array.from({ length: count }, () => uuidv7());
  await pool.query(
    `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) SELECT unnest($1::uuid[]), 'customer', 0, 0`,
    [ids],
  );
  await pool.query('SELECT grant_credit(id, id, 1000000000000000) FROM unnest($1::uuid[]) id', [ids]);
  return ids;
}
