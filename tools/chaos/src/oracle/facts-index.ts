import type { Books, Credit, Exchange, HoldRow, JournalEntry, Question, Revocation } from './facts.js';
import type { FlatPrices } from './flat-prices.js';

/** What was broken, as far as it says what may have been lost. */
export interface Breakages {
  ends: readonly { service: string; at: number; signal: 'SIGKILL' | 'SIGTERM' }[];
  /** When NATS may have lost messages that it had acknowledged. */
  queueLosses: readonly number[];
  /** Whether a gateway could ask auth all the time between two moments. */
  authWasReachable(gateway: string, from: number, to: number): boolean;
}

/** All that was seen of a run, from outside and in the books. */
export interface Facts {
  exchanges: readonly Exchange[];
  journal: readonly JournalEntry[];
  credits: readonly Credit[];
  /** What each account began with. */
  initialNanoUsd(accountId: string): bigint;
  poorAccounts: ReadonlySet<string>;
  revocations: readonly Revocation[];
  breakages: Breakages;
  prices: FlatPrices;
  books: Books;
}

/** The same, by what it is looked up by. */
export class FactsIndex {
  readonly exchangesByHold = new Map<string, Exchange[]>();
  readonly holdsById = new Map<string, HoldRow>();
  readonly lossesByHold = new Map<string, Books['losses'][number]>();
  private readonly journalByName = new Map<string, JournalEntry[]>();
  private readonly questionsByPlan = new Map<string, Question>();

  constructor(readonly facts: Facts) {
    for (const exchange of facts.exchanges) {
      const { requestId, question } = exchange;
      if (requestId !== null) addTo(this.exchangesByHold, requestId, exchange);
      this.questionsByPlan.set(`${question.accountId} ${question.tokens}`, question);
    }
    for (const entry of facts.journal) addTo(this.journalByName, entry.id, entry);
    for (const hold of facts.books.holds) this.holdsById.set(hold.id, hold);
    for (const loss of facts.books.losses) this.lossesByHold.set(loss.holdId, loss);
  }

  /** What a charged hold is for: told by its answer, else by what was generated; undefined: nobody asked for it. */
  questionOf(hold: HoldRow): Question | undefined {
    const told = this.exchangesByHold.get(hold.id)?.[0]?.question;
    return told ?? this.questionsByPlan.get(`${hold.accountId} ${hold.outputTokens}`);
  }

  completeExchangeOf(holdId: string): Exchange | undefined {
    return this.exchangesByHold.get(holdId)?.find(({ complete }) => complete);
  }

  /** What the stand-in generated for a question would cost, for each time that it did. */
  costsOf({ name, model }: Question): bigint[] {
    return (this.journalByName.get(name) ?? []).flatMap(({ usage }) =>
      usage === null ? [] : [this.facts.prices.costNanoUsd(model, usage)],
    );
  }
}

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
