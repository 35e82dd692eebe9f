// What a hold and its charge cost PostgreSQL, and how many a second billing makes.
import { v7 as uuidv7 } from 'uuid';
import { HoldRepository } from '../dist/holds/hold.repository.js';
import { HoldService } from '../dist/holds/hold.service.js';
import { PriceBook } from '../dist/pricing/price-book.js';
import { PricePlanRepository } from '../dist/pricing/price-plan.repository.js';
import { PriceRepository } from '../dist/pricing/price.repository.js';
import { logger } from './growth-ledger.mjs';
import {
  gatewayId,
  mustBe,
  pick,
  processorNs,
  reservation,
  settlement,
  timeToLiveMs,
} from './hold-pairs.mjs';

const keyId = uuidv7();

/** One connection, so that nobody waits for anybody's locks. @returns milliseconds for each hold with its charge */
export async function measureHolds({ pool }, { accountIds, batchSize, calls, newId = uuidv7 }) {
  const holds = new HoldRepository(pool);
  const backend = (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
  const usedBefore = processorNs(backend);
  const startedAt = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const items = Array.from({ length: batchSize }, () => reservation(pick(accountIds), keyId, newId()));
    mustBe(await holds.reserve(items, timeToLiveMs), 'held');
    mustBe(await holds.settle(items.map(settlement)), 'charged');
  }
  const pairs = calls * batchSize;
  return {
    wallMs: (performance.now() - startedAt) / pairs,
    processorMs: (processorNs(backend) - usedBefore) / 1e6 / pairs,
  };
}

/** Billing's own service: prices, batches and writes what so many callers ask for one after the other. @returns pairs a second */
export async function measureThroughput({ pool, prisma }, { accountIds, callers, seconds }) {
  const book = new PriceBook(new PriceRepository(prisma), new PricePlanRepository(prisma), undefined, logger);
  await book.refresh();
  const config = { HOLD_TIME_TO_LIVE_MS: timeToLiveMs };
  const service = new HoldService(new HoldRepository(pool), book, config, logger);
  const end = performance.now() + seconds * 1_000;
  let pairs = 0;
  async function call() {
    while (performance.now() < end) {
      const item = reservation(pick(accountIds), keyId);
      const { outcome: held } = await service.reserve(gatewayId, item);
      if (held?.$case !== 'held') throw new Error(`not held: ${held?.$case}`);
      const { outcome: charged } = await service.settle({ ...settlement(item), priceId: held.value.priceId });
      if (charged?.$case !== 'charged') throw new Error(`not charged: ${charged?.$case}`);
      pairs += 1;
    }
  }
  await Promise.all(Array.from({ length: callers }, call));
  return pairs / seconds;
}
