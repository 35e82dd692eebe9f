import { Random } from '../random.js';
import { models, QuestionPlan } from './question-plan.js';

const customer = (id: string, isPoor: boolean) => ({
  id,
  isPoor,
  key: { id: `key of ${id}`, secret: `secret of ${id}`, accountId: id },
});
const customers = [customer('rich', false), customer('richer', false), customer('poor', true)];
const spareKeys = [{ id: 'spare', secret: 'spare secret', accountId: 'rich' }];

describe('the plan of questions', () => {
  const plan = new QuestionPlan(new Random(1), models, customers, spareKeys, 0.1);
  const questions = Array.from({ length: 5_000 }, () => plan.next());
  const share = (isSo: (question: (typeof questions)[number]) => boolean) =>
    questions.filter(isSo).length / questions.length;

  test('mixes streams, leaving clients, slow readers, names and keys that are revoked', () => {
    expect(share(({ stream }) => stream)).toBeCloseTo(0.6, 1);
    expect(share(({ behaviour }) => behaviour === 'leaves')).toBeCloseTo(0.1, 1);
    expect(share(({ behaviour }) => behaviour === 'reads-slowly')).toBeGreaterThan(0.02);
    expect(share(({ named }) => named)).toBeGreaterThan(0.02);
    expect(share(({ keyId }) => keyId === 'spare')).toBeGreaterThan(0.01);
    expect(share(({ accountId }) => accountId === 'poor')).toBeCloseTo(0.1, 1);
  });

  test('tells the questions of one account apart by what they make', () => {
    const kinds = questions.map(({ accountId, tokens }) => `${accountId} ${tokens}`);
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  test('names plain questions only, and those whose client reads', () => {
    expect(questions.some(({ named, stream }) => named && stream)).toBe(false);
    expect(questions.some(({ named, behaviour }) => named && behaviour !== 'reads')).toBe(false);
  });

  test('asks for nothing special when it is calm', () => {
    const calm = Array.from({ length: 500 }, () => plan.next(true));
    expect(
      calm.filter(({ behaviour, named, keyId }) => behaviour !== 'reads' || named || keyId === 'spare'),
    ).toEqual([]);
    expect(calm.some(({ accountId }) => accountId === 'poor')).toBe(false);
  });
});
