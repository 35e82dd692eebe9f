import { randomUUID } from 'node:crypto';
import type { Question } from '../oracle/facts.js';
import type { Random } from '../random.js';
import type { Customer, Key } from './customers.js';

export interface OfferedModel {
  model: string;
  provider: string;
}

/** Models whose price is flat: the oracle reckons with it. The first is a cheap one, for those who have little. */
export const models: readonly OfferedModel[] = [
  { model: 'gpt-4o-mini', provider: 'openai' },
  { model: 'claude-haiku-4-5', provider: 'anthropic' },
  { model: 'gemini-2.0-flash', provider: 'google' },
  { model: 'codestral', provider: 'mistral' },
];

const shares = { streams: 0.6, leaving: 0.1, readingSlowly: 0.05, named: 0.05, spareKeys: 0.03 };
const leastTokens = 20;
/** Enough that a reader who does not read fills the buffers on the way. */
const leastTokensOfSlowReaders = 3_000;

/** Draws what is asked next. No two questions of one account plan the same output: that tells their charges apart. */
export class QuestionPlan {
  private readonly asked = new Map<string, number>();
  private readonly rich: Customer[];
  private readonly poor: Customer[];

  constructor(
    private readonly random: Random,
    private readonly offered: readonly OfferedModel[],
    customers: readonly Customer[],
    private readonly spareKeys: readonly Key[],
    private readonly poorShare: number,
  ) {
    this.rich = customers.filter(({ isPoor }) => !isPoor);
    this.poor = customers.filter(({ isPoor }) => isPoor);
  }

  /** @param calm every client reads, with a key that stays */
  next(calm = false): Question {
    const { random } = this;
    const stream = random.chance(shares.streams);
    const isPoor = random.chance(this.poorShare) && !calm;
    const key = this.key(isPoor, calm);
    const draw = random.next();
    const leaves = draw < shares.leaving;
    const readsSlowly = !leaves && !isPoor && stream && draw < shares.leaving + shares.readingSlowly * 2;
    const behaviour = calm ? 'reads' : leaves ? 'leaves' : readsSlowly ? 'reads-slowly' : 'reads';
    const { model, provider } = isPoor ? this.offered[0]! : random.pick(this.offered);
    const count = this.asked.get(key.accountId) ?? 0;
    this.asked.set(key.accountId, count + 1);
    return {
      name: randomUUID(),
      accountId: key.accountId,
      keyId: key.id,
      secret: key.secret,
      model,
      provider,
      stream,
      tokens: (behaviour === 'reads-slowly' ? leastTokensOfSlowReaders : leastTokens) + count,
      behaviour,
      named: !stream && !calm && behaviour === 'reads' && random.chance(shares.named / (1 - shares.streams)),
    };
  }

  private key(isPoor: boolean, calm: boolean): Key {
    if (isPoor) return this.random.pick(this.poor).key;
    if (!calm && this.spareKeys.length > 0 && this.random.chance(shares.spareKeys))
      return this.random.pick(this.spareKeys);
    return this.random.pick(this.rich).key;
  }
}
