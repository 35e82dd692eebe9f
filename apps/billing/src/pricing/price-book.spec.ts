import { picoUsd } from '@tokenroute/money';
import { createLogger, type NatsConnection } from '@tokenroute/service-kit';
import type { Price } from './price.js';
import { PriceBook } from './price-book.js';
import type { PricePlan } from './price-plan.js';
import type { PricePlanRepository } from './price-plan.repository.js';
import type { PriceRepository } from './price.repository.js';

const none = picoUsd(0n);

function price(id: bigint): Price {
  return {
    id,
    modelId: 'm',
    effectiveFrom: new Date(Number(id)),
    source: 'test',
    rates: {
      input: none,
      cachedInput: none,
      cacheWrite5m: none,
      cacheWrite1h: none,
      audioInput: none,
      output: none,
    },
    longContext: null,
    peak: null,
  };
}

/** A book whose reads are answered by hand, in any order. */
function bookOf(reads: ((answer: Promise<Price[]>) => void)[]): PriceBook {
  const all = () => new Promise<Price[]>((resolve) => reads.push(resolve));
  const plans = { all: () => Promise.resolve([] as PricePlan[]) } as PricePlanRepository;
  return new PriceBook(
    { all } as PriceRepository,
    plans,
    {} as NatsConnection,
    createLogger('test', 'fatal'),
  );
}

test('a read that was overtaken does not take the newest price away', async () => {
  const reads: ((answer: Promise<Price[]>) => void)[] = [];
  const book = bookOf(reads);
  const reloads = [book.reload(), book.reload()];
  reads[1]!(Promise.resolve([price(2n), price(1n)]));
  await reloads[1];
  reads[0]!(Promise.resolve([price(1n)]));
  await reloads[0];
  expect(book.inForce('m', new Date())?.id).toBe(2n);
});

test('a read that fails leaves what was read last', async () => {
  const reads: ((answer: Promise<Price[]>) => void)[] = [];
  const book = bookOf(reads);
  const first = book.reload();
  reads[0]!(Promise.resolve([price(1n)]));
  await first;
  const second = book.reload();
  reads[1]!(Promise.reject(new Error('no database')));
  await second;
  expect(book.inForce('m', new Date())?.id).toBe(1n);
});
