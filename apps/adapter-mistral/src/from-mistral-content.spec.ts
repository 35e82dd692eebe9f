import { fromMistralContent } from './from-mistral-content.js';

describe('fromMistralContent', () => {
  test('text parts are joined, thinking is apart, references have no place (rule 44)', () => {
    const content = [
      {
        type: 'thinking',
        thinking: [
          { type: 'text', text: 'a' },
          { type: 'reference', reference_ids: [1] },
        ],
      },
      { type: 'thinking', thinking: [{ type: 'text', text: 'b' }], closed: true },
      { type: 'text', text: 'c' },
      { type: 'reference', reference_ids: [1] },
      { type: 'text', text: 'd' },
    ];
    expect(fromMistralContent(content)).toEqual({ text: 'cd', reasoning: 'ab' });
  });

  test('text is text, nothing is nothing', () => {
    expect(fromMistralContent('a')).toEqual({ text: 'a', reasoning: '' });
    expect(fromMistralContent(null)).toEqual({ text: '', reasoning: '' });
    expect(fromMistralContent([{ type: 'thinking', thinking: 't' }])).toEqual({ text: '', reasoning: 't' });
  });
});
