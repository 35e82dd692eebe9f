import type { Books, Exchange, HoldRow, JournalEntry, Question, Revocation } from './facts.js';
import type { Breakages, Facts } from './facts-index.js';
import { FlatPrices } from './flat-prices.js';
import { judge } from './judge.js';

const initialNanoUsd = 1_000_000n;
const healedAt = 100_000;
const recoveryMs = 30_000;
// 2 nano-USD for a token of input, 1 cached, 10 of output.
const prices = new FlatPrices(
  new Map([
    [
      'model',
      {
        model_id: 'model',
        input_pico_usd: '2000',
        cached_input_pico_usd: '1000',
        output_pico_usd: '10000',
      },
    ],
  ]),
);
const usage = { input: 10, cached: 4, output: 20 };
const costNanoUsd = 2n * 6n + 1n * 4n + 10n * 20n;

const question: Question = {
  name: 'question',
  accountId: 'account',
  keyId: 'key',
  secret: 'secret',
  model: 'model',
  provider: 'provider',
  stream: true,
  tokens: 20,
  behaviour: 'reads',
  named: false,
};

const exchange: Exchange = {
  question,
  gateway: 'gateway',
  startedAt: 1_000,
  endedAt: 2_000,
  status: 200,
  requestId: 'hold',
  complete: true,
  costNanoUsd,
  errorClass: null,
  detail: 'answered',
};

const broken: Exchange = {
  ...exchange,
  complete: false,
  costNanoUsd: null,
  errorClass: 'ambiguous',
  detail: 'broken off',
};

const hold: HoldRow = {
  id: 'hold',
  accountId: 'account',
  state: 'settled',
  model: 'model',
  amountNanoUsd: 500n,
  costNanoUsd,
  chargedNanoUsd: costNanoUsd,
  outputTokens: 20,
  estimated: false,
};

const noEnd = { costNanoUsd: null, chargedNanoUsd: null, outputTokens: null };
const journal: JournalEntry = {
  id: 'question',
  model: 'model',
  status: 200,
  usage,
  tokensWritten: 20,
  complete: true,
};

/** After the recovery, so that there is something to be judged then. */
const late: Exchange = {
  ...exchange,
  question: { ...question, name: 'late', keyId: 'late key', tokens: 21 },
  startedAt: healedAt + recoveryMs + 1,
  requestId: 'late hold',
  costNanoUsd: costNanoUsd + 10n,
};
const lateHold: HoldRow = {
  ...hold,
  id: 'late hold',
  costNanoUsd: costNanoUsd + 10n,
  chargedNanoUsd: costNanoUsd + 10n,
  outputTokens: 21,
};
const lateJournal: JournalEntry = { ...journal, id: 'late', usage: { ...usage, output: 21 } };

interface Seen {
  exchanges?: Exchange[];
  holds?: HoldRow[];
  journal?: JournalEntry[];
  losses?: Books['losses'];
  credits?: Facts['credits'];
  revocations?: Revocation[];
  poor?: boolean;
  breakages?: Partial<Breakages>;
  balanceNanoUsd?: bigint;
  heldNanoUsd?: bigint;
  problems?: string[];
  brokenBooks?: string[];
}

/** What is wrong with a run in which this was seen, besides one good request after the recovery. */
function violations(seen: Seen): string[] {
  const holds = [...(seen.holds ?? [hold]), lateHold];
  const charged = holds.reduce((sum, { chargedNanoUsd }) => sum + (chargedNanoUsd ?? 0n), 0n);
  const facts: Facts = {
    exchanges: [...(seen.exchanges ?? [exchange]), late],
    journal: [...(seen.journal ?? [journal]), lateJournal],
    credits: seen.credits ?? [],
    initialNanoUsd: () => initialNanoUsd,
    poorAccounts: new Set(seen.poor ? ['account'] : []),
    revocations: seen.revocations ?? [],
    breakages: { ends: [], queueLosses: [], authWasReachable: () => true, ...seen.breakages },
    prices,
    books: {
      holds,
      accounts: [
        {
          id: 'account',
          balanceNanoUsd: seen.balanceNanoUsd ?? initialNanoUsd - charged,
          heldNanoUsd: seen.heldNanoUsd ?? 0n,
        },
      ],
      losses: seen.losses ?? [],
      broken: [],
    },
  };
  const { problems = [], brokenBooks = [] } = seen;
  return judge(facts, { healedAt, recoveryMs, leastSuccessPerMille: 999, problems, brokenBooks }).violations;
}

const killed = { ends: [{ service: 'gateway', at: 1_500, signal: 'SIGKILL' as const }] };

describe('the oracle finds nothing wrong with', () => {
  test.each<[string, Seen]>([
    ['an answer that was charged what was generated', {}],
    [
      'an answer that broke off and was given back',
      { exchanges: [broken], holds: [{ ...hold, ...noEnd, state: 'released' }] },
    ],
    ['an answer that broke off at its very end, and was charged whole', { exchanges: [broken] }],
    [
      'an estimate of what a client had got when it left, within its hold',
      {
        exchanges: [{ ...broken, errorClass: null }],
        holds: [{ ...hold, estimated: true, costNanoUsd: 100n, chargedNanoUsd: 100n, outputTokens: 8 }],
      },
    ],
    [
      'a charge that waited in the memory of a gateway that was killed',
      {
        exchanges: [{ ...exchange, costNanoUsd: null }],
        holds: [{ ...hold, ...noEnd, state: 'expired' }],
        breakages: killed,
      },
    ],
    [
      'a poor account that paid what it had for an expired hold, the rest told as a loss',
      {
        exchanges: [{ ...exchange, costNanoUsd: 100n }],
        holds: [{ ...hold, chargedNanoUsd: 100n }],
        losses: [{ holdId: 'hold', reason: 'hold-expired', amountNanoUsd: costNanoUsd - 100n }],
      },
    ],
    [
      'a repeat that is answered anew, for the first answer came when its hold was given back and nobody paid it',
      {
        exchanges: [
          { ...exchange, question: { ...question, named: true }, requestId: 'first', costNanoUsd: null },
          { ...exchange, question: { ...question, named: true }, startedAt: 3_000, endedAt: 4_000 },
        ],
        holds: [{ ...hold, ...noEnd, id: 'first', state: 'released' }, hold],
        losses: [{ holdId: 'first', reason: 'after-release', amountNanoUsd: costNanoUsd }],
      },
    ],
    [
      'a poor account that is told so',
      {
        exchanges: [{ ...broken, status: 402, requestId: null, errorClass: 'definitive' }],
        holds: [],
        poor: true,
      },
    ],
    [
      'a revoked key that is refused',
      {
        exchanges: [{ ...broken, status: 401, requestId: null, errorClass: 'definitive' }],
        holds: [],
        revocations: [
          { keyId: 'key', secret: 'secret', accountId: 'account', askedAt: 500, confirmedAt: 600 },
        ],
      },
    ],
  ])('%s', (_name, seen) => {
    expect(violations(seen)).toEqual([]);
  });
});

describe('the oracle finds', () => {
  test.each<[string, RegExp, Seen]>([
    ['a hold without an end', /has no end/, { holds: [{ ...hold, ...noEnd, state: 'held' }] }],
    [
      'a wrong price',
      /cost 217, but what was generated costs 216/,
      {
        exchanges: [{ ...exchange, costNanoUsd: 217n }],
        holds: [{ ...hold, costNanoUsd: 217n, chargedNanoUsd: 217n }],
      },
    ],
    [
      'a charge for what nobody asked',
      /costs nothing/,
      { exchanges: [], journal: [], holds: [{ ...hold, outputTokens: 99 }] },
    ],
    [
      'a complete answer that was given back',
      /was given back/,
      { holds: [{ ...hold, ...noEnd, state: 'released' }], exchanges: [{ ...exchange, costNanoUsd: null }] },
    ],
    [
      'a charge that was told and never made',
      /says what it cost, and was never charged/,
      { holds: [{ ...hold, ...noEnd, state: 'expired' }], breakages: killed },
    ],
    [
      'a charge that is lost though its gateway lived',
      /never charged, and nothing explains it/,
      {
        exchanges: [{ ...exchange, costNanoUsd: null }],
        holds: [{ ...hold, ...noEnd, state: 'expired' }],
        breakages: { ends: [{ service: 'gateway-2', at: 1_500, signal: 'SIGKILL' }] },
      },
    ],
    [
      'a charge that is lost though its gateway ended in order, and the queue lost nothing',
      /nothing explains it/,
      {
        exchanges: [{ ...exchange, costNanoUsd: null }],
        holds: [],
        breakages: { ends: [{ service: 'gateway', at: 1_500, signal: 'SIGTERM' }] },
      },
    ],
    [
      'one question that was charged twice',
      /charged 2 times: hold, again/,
      { holds: [hold, { ...hold, id: 'again' }] },
    ],
    [
      'another price than the answer told',
      /says it cost 216, and was charged 200/,
      {
        holds: [{ ...hold, chargedNanoUsd: 200n }],
        losses: [{ holdId: 'hold', reason: 'hold-expired', amountNanoUsd: 16n }],
      },
    ],
    [
      'a loss above a hold, which no fault explains',
      /was charged 200: above-hold/,
      {
        exchanges: [{ ...exchange, costNanoUsd: 200n }],
        holds: [{ ...hold, chargedNanoUsd: 200n }],
        losses: [{ holdId: 'hold', reason: 'above-hold', amountNanoUsd: 16n }],
      },
    ],
    [
      'an estimate above its hold',
      /above its hold of 50/,
      { exchanges: [broken], holds: [{ ...hold, estimated: true, amountNanoUsd: 50n }] },
    ],
    ['an estimate of a complete answer', /by an estimate/, { holds: [{ ...hold, estimated: true }] }],
    ['money that is not there', /has 1, but what came in/, { balanceNanoUsd: 1n }],
    [
      'a payment that was credited twice',
      /what came in less what was charged is/,
      {
        credits: [{ accountId: 'account', kind: 'top-up', amountNanoUsd: 7n }],
        balanceNanoUsd: initialNanoUsd + 14n - costNanoUsd * 2n - 10n,
      },
    ],
    ['money that is held for nothing', /are held, for nothing/, { heldNanoUsd: 5n }],
    [
      'an error without a class',
      /nobody knows what to do/,
      {
        exchanges: [{ ...broken, status: 500, errorClass: undefined, requestId: null }],
        holds: [],
      },
    ],
    [
      'a good key that was refused',
      /nobody revoked/,
      {
        exchanges: [{ ...broken, status: 401, errorClass: 'definitive', requestId: null }],
        holds: [],
      },
    ],
    [
      'an account with money that is told it has none',
      /told it has none/,
      {
        exchanges: [{ ...broken, status: 402, errorClass: 'definitive', requestId: null }],
        holds: [],
      },
    ],
    [
      'a rate limit nobody set',
      /for trouble that is ours/,
      {
        exchanges: [{ ...broken, status: 429, errorClass: 'transient', requestId: null }],
        holds: [],
      },
    ],
    [
      'two answers under one name',
      /got 2 different answers/,
      {
        exchanges: [
          { ...exchange, question: { ...question, named: true } },
          { ...exchange, question: { ...question, named: true }, requestId: 'again' },
        ],
        holds: [hold, { ...hold, id: 'again' }],
      },
    ],
    [
      'a repeat of an answer that was paid, answered anew for nothing',
      /got 2 different answers/,
      {
        exchanges: [
          { ...exchange, question: { ...question, named: true } },
          {
            ...exchange,
            question: { ...question, named: true },
            startedAt: 3_000,
            requestId: 'again',
            costNanoUsd: null,
          },
        ],
        holds: [hold, { ...hold, ...noEnd, id: 'again', state: 'released' }],
        losses: [{ holdId: 'again', reason: 'after-release', amountNanoUsd: costNanoUsd }],
      },
    ],
    [
      'a key that was taken after its bound',
      /took key key 10900 ms after it was revoked/,
      {
        exchanges: [{ ...exchange, startedAt: 11_000, endedAt: 12_000 }],
        revocations: [
          { keyId: 'key', secret: 'secret', accountId: 'account', askedAt: 50, confirmedAt: 100 },
        ],
      },
    ],
    [
      'requests that fail after the recovery',
      /1 of 2 requests failed after the recovery/,
      {
        exchanges: [{ ...broken, startedAt: healedAt + recoveryMs + 5, errorClass: 'transient' }],
        holds: [],
        journal: [],
      },
    ],
    [
      'an answer that ends before it is paid, with nothing broken',
      /1 answers ended before they were paid/,
      { exchanges: [{ ...exchange, startedAt: healedAt + recoveryMs + 5, costNanoUsd: null }] },
    ],
    ['what was seen to be broken meanwhile', /entries do not sum/, { brokenBooks: ['entries do not sum'] }],
    ['a service that died by itself', /died/, { problems: ['auth died'] }],
  ])('%s', (_name, expected, seen) => {
    expect(violations(seen).join('\n')).toMatch(expected);
  });
});
