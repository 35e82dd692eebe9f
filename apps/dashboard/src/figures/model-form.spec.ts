import { readModelForm } from './model-form.js';

const fields = {
  id: ' gpt-9 ',
  provider: 'openai',
  upstream_model: 'gpt-9-2026-11-01',
  owned_by: 'openai',
  context_tokens: '400,000',
  max_output_tokens: '128000',
  capabilities: 'image, tools,',
};

test('a form that is filled in asks for the model that stands there', () => {
  expect(readModelForm(fields, ['gpt-4o'])).toEqual({
    id: 'gpt-9',
    model: {
      provider: 'openai',
      upstreamModel: 'gpt-9-2026-11-01',
      ownedBy: 'openai',
      contextTokens: 400_000,
      maxOutputTokens: 128_000,
      capabilities: ['image', 'tools'],
    },
  });
});

test('a new model never takes the place of another', () => {
  expect(readModelForm(fields, ['gpt-9'])).toEqual({
    problems: { id: 'There is a model of this id already.' },
  });
});

test('what is missing or cannot be read is named, every field of it', () => {
  const read = readModelForm({ capabilities: '', context_tokens: '0', max_output_tokens: '1.5' }, []);
  expect('problems' in read && Object.keys(read.problems).sort()).toEqual([
    'context_tokens',
    'id',
    'max_output_tokens',
    'owned_by',
    'provider',
    'upstream_model',
  ]);
});
