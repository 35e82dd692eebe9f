import { mintToolCallId, toMistralToolCallId } from './mistral-tool-call-id.js';

describe('toMistralToolCallId', () => {
  test.each(['call_abc123', 'toolu_01A09q90qw90lq917835lq9', 'short', 'exactly-9', 'é'.repeat(9), ''])(
    'an id of another provider (%s) becomes nine letters or digits, the same every time (rule 41)',
    (id) => {
      expect(toMistralToolCallId(id)).toMatch(/^[a-zA-Z0-9]{9}$/);
      expect(toMistralToolCallId(id)).toBe(toMistralToolCallId(id));
    },
  );

  test('Mistral’s own ids stay as they are, so the client sees its own again (rule 41)', () => {
    expect(toMistralToolCallId('D681PevKs')).toBe('D681PevKs');
  });

  test('different ids stay different', () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => toMistralToolCallId(`call_${index}`));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('mintToolCallId', () => {
  test('is one Mistral takes back, and one per call', () => {
    const ids = [
      mintToolCallId('r', 0, 0),
      mintToolCallId('r', 0, 1),
      mintToolCallId('r', 1, 0),
      mintToolCallId('s', 0, 0),
    ];
    for (const id of ids) expect(toMistralToolCallId(id)).toBe(id);
    expect(new Set(ids).size).toBe(4);
  });
});
