import { readScaleFigures, type ScaleFigures } from './scale-figures.js';
import { ceilings, coresNeeded, ledgerGrowth } from './scale-model.js';

const figures: ScaleFigures = {
  measured: {
    processorMs: { gateway: 0.3, adapter: 0.2, billing: 0.1, postgres: 0.2, nats: 0.03, redis: 0.1 },
    logBytes: 2_000,
    ledgerBytes: 1_000,
    batchMs: 1,
    itemMs: 0.1,
    oneAccountPerSecond: 5_000,
    rolledUpPerSecond: 50_000,
    proofSecondsPerMillion: 36,
  },
  assumed: {
    requestsPerSecond: 100_000,
    utilisation: 0.5,
    coresPerServer: 32,
    diskMegabytesPerSecond: 400,
    accounts: 1_000,
    shards: [4],
    maxItems: 200,
    writers: 2,
  },
};

test('cores are processor time over the share of a core that is planned for', () => {
  expect(coresNeeded(figures).find(({ process }) => process === 'postgres')!.cores).toBeCloseTo(40);
});

test('what carries least comes first', () => {
  const order = ceilings(figures);
  expect(order[0]).toMatchObject({ what: 'one gateway process' });
  const rates = order.map(({ requestsPerSecond }) => requestsPerSecond);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
});

test.each([
  ['one PostgreSQL of 32 cores', 80_000],
  ["one PostgreSQL's log, 400 MB/s", 200_000],
  ['one account', 5_000],
])('%s carries %i requests a second', (what, expected) => {
  const ceiling = ceilings(figures).find((each) => each.what === what)!;
  expect(ceiling.requestsPerSecond).toBeCloseTo(expected, 3);
});

test('a ledger grows by its rows, and its proof with it', () => {
  const { rowsPerDay, gigabytesPerDay, proofHours } = ledgerGrowth(figures, 1_000);
  expect(rowsPerDay).toBe(86_400_000);
  expect(gigabytesPerDay).toBeCloseTo(86.4);
  expect(proofHours).toBeCloseTo(0.864);
});

test('there is a measured figure for everything that is reckoned with', () => {
  const { measured, assumed } = readScaleFigures();
  expect(Object.keys(measured).sort()).toEqual(Object.keys(figures.measured).sort());
  expect(Object.keys(assumed).sort()).toEqual(Object.keys(figures.assumed).sort());
  expect(measured.processorMs).toMatchObject({
    gateway: expect.any(Number),
    adapter: expect.any(Number),
    billing: expect.any(Number),
    postgres: expect.any(Number),
    nats: expect.any(Number),
    redis: expect.any(Number),
  });
});
