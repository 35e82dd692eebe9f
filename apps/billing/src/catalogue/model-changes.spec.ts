import type { Model } from '@tokenroute/contracts';
import { changedModel, type ModelFields } from './model-changes.js';

const before: ModelFields = {
  id: 'gpt-4o',
  provider: 'openai',
  upstreamModel: 'gpt-4o-2024-11-20',
  ownedBy: 'openai',
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  capabilities: ['image', 'tools'],
  deprecatedAt: new Date('2027-01-14Z'),
  replacedById: 'gpt-5',
  retiredAt: null,
};

function wanted(members: Partial<Model>): Model {
  return {
    id: 'gpt-4o',
    provider: '',
    upstreamModel: '',
    ownedBy: '',
    contextTokens: 0,
    maxOutputTokens: 0,
    capabilities: [],
    replacedBy: '',
    ...members,
  };
}

const whole = wanted({
  id: 'new-model',
  provider: 'openai',
  upstreamModel: 'new-model-1',
  ownedBy: 'openai',
  contextTokens: 1_000,
  maxOutputTokens: 1_000,
});
const needed = ['provider', 'upstream_model', 'owned_by', 'context_tokens', 'max_output_tokens'];

test('only what is named changes', () => {
  const change = wanted({ upstreamModel: 'gpt-4o-2025-05-01', provider: 'nobody' });
  expect(changedModel(before, change, ['upstream_model'])).toEqual({
    ...before,
    upstreamModel: 'gpt-4o-2025-05-01',
  });
});

test('what is named and left out is emptied', () => {
  const changed = changedModel(before, wanted({}), ['deprecated_at', 'replaced_by', 'capabilities']);
  expect(changed).toEqual({ ...before, deprecatedAt: null, replacedById: null, capabilities: [] });
});

test('the row as it was stays as it was', () => {
  const copy = structuredClone(before);
  changedModel(before, wanted({ capabilities: ['pdf'] }), ['capabilities']);
  expect(before).toEqual(copy);
});

test('a new model is what it was told to be, able to do nothing but text', () => {
  expect(changedModel(null, whole, needed)).toEqual({
    id: 'new-model',
    provider: 'openai',
    upstreamModel: 'new-model-1',
    ownedBy: 'openai',
    contextTokens: 1_000,
    maxOutputTokens: 1_000,
    capabilities: [],
    deprecatedAt: null,
    replacedById: null,
    retiredAt: null,
  });
});

test.each(needed)('a new model without %s is refused by that name', (field) => {
  const rest = needed.filter((other) => other !== field);
  expect(() => changedModel(null, whole, rest)).toThrow(new RegExp(`^${field}: `));
});

test.each<[string, Partial<Model>]>([
  ['id', { id: 'a/b' }],
  ['id', { id: '' }],
  ['provider', { provider: 'Open AI' }],
  ['upstream_model', { upstreamModel: 'two words' }],
  ['owned_by', { ownedBy: '' }],
  ['context_tokens', { contextTokens: 4_294_967_295 }],
  ['max_output_tokens', { maxOutputTokens: 0 }],
  ['max_output_tokens', { maxOutputTokens: 1_001 }],
  ['capabilities', { capabilities: ['image', 'telepathy'] }],
  ['replaced_by', { replacedBy: 'new-model' }],
])('%s is named when it is wrong: %j', (field, members) => {
  const fields = [...needed, 'capabilities', 'replaced_by'];
  expect(() => changedModel(null, { ...whole, ...members }, fields)).toThrow(new RegExp(`^${field}: `));
});

test.each(['price', 'created_at', 'id', 'constructor', 'upstreamModel'])('%s cannot be set', (field) => {
  expect(() => changedModel(before, wanted({}), [field])).toThrow(`\`${field}\` cannot be set`);
});
