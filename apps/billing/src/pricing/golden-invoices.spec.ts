import { PrismaPg } from '@prisma/adapter-pg';
import type { Usage } from '@tokenroute/contracts';
import { formatUsd, parseUsd } from '@tokenroute/money';
import { type PostgresPool } from '@tokenroute/service-kit';
import { PrismaClient } from '../generated/prisma/client.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { cost } from './cost.js';
import { PriceRepository } from './price.repository.js';
import type { Price } from './price.js';

/** Tokens by what the customer pays for them: `input` is the rest that is in no class of its own. */
interface Tokens {
  input?: number;
  cached?: number;
  write5m?: number;
  write1h?: number;
  audio?: number;
  output?: number;
  reasoning?: number;
}

/** What was used, when the answer ended, what it costs in USD. */
type Invoice = [what: string, used: Tokens, usd: string, endedAt?: string];

// 2026-11-23 is a Monday: a quiet hour of a working day.
const quiet = '2026-11-23T12:00:00Z';

/** Worked out by hand from the price lists, in USD per million tokens, so in micro-USD per token: the comments show how. */
const invoices: Record<string, Invoice[]> = {
  // Input 2.50, cached 1.25, output 10.
  'gpt-4o': [
    // 1,234 × 2.50 = 3,085
    ['plain input', { input: 1_234 }, '0.003085'],
    // 1,024 × 1.25 = 1,280
    ['input from the cache', { cached: 1_024 }, '0.00128'],
    // 77 × 10 = 770
    ['output', { output: 77 }, '0.00077'],
    // 3,085 + 1,280 + 770
    ['all of it', { input: 1_234, cached: 1_024, output: 77 }, '0.005135'],
    // 127,000 × 2.50 + 1,000 × 10 = 317,500 + 10,000: no long-context tier
    ['a full context', { input: 127_000, output: 1_000 }, '0.3275'],
  ],
  // Input 0.15, cached 0.075, output 0.60.
  'gpt-4o-mini': [
    // 1 × 0.15
    ['one token', { input: 1 }, '0.00000015'],
    // 1 × 0.075
    ['one token from the cache', { cached: 1 }, '0.000000075'],
    // 1 × 0.60
    ['one token of output', { output: 1 }, '0.0000006'],
    // 977 × 0.15 + 2,048 × 0.075 + 313 × 0.60 = 146.55 + 153.6 + 187.8
    ['all of it', { input: 977, cached: 2_048, output: 313 }, '0.00048795'],
  ],
  // Input 15, cached 1.50, written for 5 min 18.75, for 1 h 30, output 75.
  'claude-opus-4-1': [
    // 100 × 15
    ['plain input', { input: 100 }, '0.0015'],
    // 10,000 × 1.50
    ['input from the cache', { cached: 10_000 }, '0.015'],
    // 3 × 18.75
    ['written to the cache for 5 minutes', { write5m: 3 }, '0.00005625'],
    // 7 × 30
    ['written to the cache for an hour', { write1h: 7 }, '0.00021'],
    // 1,500 + 15,000 + 56.25 + 210 + 20 × 75
    ['all of it', { input: 100, cached: 10_000, write5m: 3, write1h: 7, output: 20 }, '0.01826625'],
    // 20 × 75, thinking being part of it
    ['output of which some is thinking', { output: 20, reasoning: 15 }, '0.0015'],
  ],
  // Input 3, cached 0.30, written for 5 min 3.75, for 1 h 6, output 15; above 200,000: 6, 0.60, 7.50, 12, 22.50.
  'claude-sonnet-4-5': [
    // 1,000 × 3 + 2,000 × 0.30 + 400 × 3.75 + 500 × 6 + 60 × 15 = 3,000 + 600 + 1,500 + 3,000 + 900
    ['all of it', { input: 1_000, cached: 2_000, write5m: 400, write1h: 500, output: 60 }, '0.009'],
    // 200,000 × 3 + 1 × 15
    ['the last of the ordinary tier', { input: 200_000, output: 1 }, '0.600015'],
    // 200,001 × 6 + 1 × 22.50 = 1,200,006 + 22.5
    ['the first of the long tier', { input: 200_001, output: 1 }, '1.2000285'],
    // The cache counts towards the tier. 1 × 3 + 199,999 × 0.30 = 3 + 59,999.7
    ['200,000 tokens, most from the cache', { input: 1, cached: 199_999 }, '0.0600027'],
    // 1 × 6 + 200,000 × 0.60
    ['200,001 tokens, most from the cache', { input: 1, cached: 200_000 }, '0.120006'],
    // 200,000 × 6 + 10 × 7.50 + 20 × 12 + 30 × 0.60 + 40 × 22.50 = 1,200,000 + 75 + 240 + 18 + 900
    [
      'all of it in the long tier',
      { input: 200_000, write5m: 10, write1h: 20, cached: 30, output: 40 },
      '1.201233',
    ],
    // 10 × 3 + 300,000 × 15: only input decides about the tier
    ['much output', { input: 10, output: 300_000 }, '4.50003'],
  ],
  // Input 1, cached 0.10, written for 5 min 1.25, for 1 h 2, output 5.
  'claude-haiku-4-5': [
    // 321 × 1 + 40 × 0.10 + 8 × 1.25 + 9 × 2 + 11 × 5 = 321 + 4 + 10 + 18 + 55
    ['all of it', { input: 321, cached: 40, write5m: 8, write1h: 9, output: 11 }, '0.000408'],
    // 1 × 0.10
    ['one token from the cache', { cached: 1 }, '0.0000001'],
    // 1 × 1.25
    ['one token written for 5 minutes', { write5m: 1 }, '0.00000125'],
    // 1 × 2
    ['one token written for an hour', { write1h: 1 }, '0.000002'],
  ],
  // Input and audio 1.25, cached 0.125, output 10; above 200,000: 2.50, 0.25, 15.
  'gemini-2.5-pro': [
    // 700 × 1.25 + 80 × 0.125 + 90 × 10 = 875 + 10 + 900
    ['all of it', { input: 700, cached: 80, output: 90, reasoning: 50 }, '0.001785'],
    // 32 × 1.25
    ['audio', { audio: 32 }, '0.00004'],
    // 150,000 × 1.25 + 50,000 × 0.125 + 1 × 10 = 187,500 + 6,250 + 10
    ['the last of the ordinary tier', { input: 150_000, cached: 50_000, output: 1 }, '0.19376'],
    // 150,001 × 2.50 + 50,000 × 0.25 + 1 × 15 = 375,002.5 + 12,500 + 15
    ['the first of the long tier', { input: 150_001, cached: 50_000, output: 1 }, '0.3875175'],
    // 200,000 × 2.50 + 32 × 2.50 = 500,000 + 80
    ['audio in the long tier', { input: 200_000, audio: 32 }, '0.50008'],
  ],
  // Input 0.10, cached 0.025, audio 0.70, output 0.40.
  'gemini-2.0-flash': [
    // 250 × 0.10 + 40 × 0.025 + 32 × 0.70 + 15 × 0.40 = 25 + 1 + 22.4 + 6
    ['all of it', { input: 250, cached: 40, audio: 32, output: 15 }, '0.0000544'],
    // 1 × 0.025
    ['one token from the cache', { cached: 1 }, '0.000000025'],
    // 1 × 0.70
    ['one token of audio', { audio: 1 }, '0.0000007'],
    // 1,000,000 × 0.10: no long-context tier
    ['a full context', { input: 1_000_000 }, '0.1'],
  ],
  'deepseek-chat': deepseek(),
  'deepseek-reasoner': deepseek(),
  // Input 0.50, output 1.50; the cache is not billed apart.
  'mistral-large': [
    // 1,001 × 0.50 + 3 × 1.50 = 500.5 + 4.5
    ['input and output', { input: 1_001, output: 3 }, '0.000505'],
    // 1,001 × 0.50
    ['input from the cache', { input: 1, cached: 1_000 }, '0.0005005'],
    // 262,000 × 0.50: no long-context tier
    ['a full context', { input: 262_000 }, '0.131'],
  ],
  // Input 0.30, output 0.90; the cache is not billed apart.
  codestral: [
    // 57 × 0.30 + 41 × 0.90 = 17.1 + 36.9
    ['input and output', { input: 57, output: 41 }, '0.000054'],
    // 57 × 0.30
    ['input from the cache', { input: 7, cached: 50 }, '0.0000171'],
    // 255,000 × 0.30: no long-context tier
    ['a full context', { input: 255_000 }, '0.0765'],
  ],
};

/** Input 0.15, cached 0.003, output 0.60; twice that Mon-Fri 01:00-04:00 and 06:00-10:00 UTC. */
function deepseek(): Invoice[] {
  const used = { input: 1_000, cached: 7_000, output: 200, reasoning: 100 };
  // 1,000 × 0.15 + 7,000 × 0.003 + 200 × 0.60 = 150 + 21 + 120 = 291; in peak hours 582
  const [ordinary, peak] = ['0.000291', '0.000582'];
  return [
    ['one token from the cache, quiet', { cached: 1 }, '0.000000003'],
    ['one token from the cache, peak', { cached: 1 }, '0.000000006', '2026-11-23T01:00:00Z'],
    ['one token, quiet', { input: 1 }, '0.00000015'],
    ['one token, peak', { input: 1 }, '0.0000003', '2026-11-23T01:00:00Z'],
    ['one token of output, quiet', { output: 1 }, '0.0000006'],
    ['one token of output, peak', { output: 1 }, '0.0000012', '2026-11-23T01:00:00Z'],
    // Both edges of both spans: the first moment belongs to the peak, the last does not.
    ['Monday before the first peak', used, ordinary, '2026-11-23T00:59:59.999Z'],
    ['Monday from the first peak on', used, peak, '2026-11-23T01:00:00.000Z'],
    ['Monday to the end of the first peak', used, peak, '2026-11-23T03:59:59.999Z'],
    ['Monday after the first peak', used, ordinary, '2026-11-23T04:00:00.000Z'],
    ['Monday before the second peak', used, ordinary, '2026-11-23T05:59:59.999Z'],
    ['Monday from the second peak on', used, peak, '2026-11-23T06:00:00.000Z'],
    ['Monday to the end of the second peak', used, peak, '2026-11-23T09:59:59.999Z'],
    ['Monday after the second peak', used, ordinary, '2026-11-23T10:00:00.000Z'],
    // Both edges of the week.
    ['Friday to the end of the second peak', used, peak, '2026-11-27T09:59:59.999Z'],
    ['Friday after the second peak', used, ordinary, '2026-11-27T10:00:00.000Z'],
    ['Saturday at the hours of a peak', used, ordinary, '2026-11-28T01:00:00.000Z'],
    ['Saturday at the hours of the other', used, ordinary, '2026-11-28T09:59:59.999Z'],
    ['Sunday at the hours of a peak', used, ordinary, '2026-11-29T03:59:59.999Z'],
    ['Sunday at the hours of the other', used, ordinary, '2026-11-29T06:00:00.000Z'],
    // A million tokens of context: no long-context tier. 900,000 × 0.15
    ['a full context', { input: 900_000 }, '0.135'],
  ];
}

function usageOf(used: Tokens): Usage {
  const { input = 0, cached = 0, write5m = 0, write1h = 0, audio = 0, output = 0, reasoning = 0 } = used;
  return {
    inputTokens: input + cached + write5m + write1h + audio,
    cachedInputTokens: cached,
    cacheWrite5mTokens: write5m,
    cacheWrite1hTokens: write1h,
    audioInputTokens: audio,
    outputTokens: output,
    reasoningTokens: reasoning,
    estimated: false,
  };
}

describe('golden invoices at the prices of the migrated database', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let prices: Price[];

  beforeAll(async () => {
    database = await createBillingDatabase(1);
    pool = database.pool;
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    prices = await new PriceRepository(prisma).all();
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  const priceOf = (modelId: string, at: Date) =>
    prices.find((price) => price.modelId === modelId && price.effectiveFrom <= at)!;

  test('every model of the catalogue has its invoices', async () => {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM models ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(Object.keys(invoices).sort());
  });

  const cases = Object.entries(invoices).flatMap(([modelId, ofModel]) =>
    ofModel.map(([what, used, usd, endedAt = quiet]) => ({ modelId, what, used, usd, endedAt })),
  );

  test.each(cases)('$modelId, $what, ended $endedAt: $usd USD', ({ modelId, used, usd, endedAt }) => {
    const at = new Date(endedAt);
    expect(formatUsd(cost(usageOf(used), priceOf(modelId, at), at))).toBe(formatUsd(parseUsd(usd)));
  });

  test('every tier, every kind of token with a rate of its own and every peak has an invoice', () => {
    const at = new Date(quiet);
    for (const modelId of Object.keys(invoices)) {
      const { rates, longContext, peak } = priceOf(modelId, at);
      const used = invoices[modelId]!.map(([, tokens]) => tokens);
      const has = (kind: keyof Tokens) => used.some((tokens) => (tokens[kind] ?? 0) > 0);
      const kinds = [
        ['cached', rates.cachedInput],
        ['write5m', rates.cacheWrite5m],
        ['write1h', rates.cacheWrite1h],
        ['audio', rates.audioInput],
      ] as const;
      const missing = kinds.filter(([kind, rate]) => rate !== rates.input && !has(kind));
      expect({ modelId, missing }).toEqual({ modelId, missing: [] });
      const inputs = used.map((tokens) => usageOf(tokens).inputTokens);
      const edges = longContext ? [longContext.aboveTokens, longContext.aboveTokens + 1] : [];
      expect(inputs).toEqual(expect.arrayContaining(edges));
      expect(invoices[modelId]!.some(([, , , endedAt]) => endedAt !== undefined)).toBe(peak !== null);
    }
  });
});
