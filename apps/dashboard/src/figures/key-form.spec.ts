import { readKeyForm, toKeyFormFields } from './key-form.js';

const filled = {
  name: ' production ',
  allowedModels: 'gpt-4o*, ,claude-sonnet-4-5',
  requestsPerMinute: '60',
  tokensPerMinute: '',
  monthlyBudget: '12.5',
  expiresOn: '2026-12-31',
};

test('what was typed becomes settings, and what was left empty is no limit', () => {
  expect(readKeyForm(filled)).toEqual({
    settings: {
      name: 'production',
      allowedModels: ['gpt-4o*', 'claude-sonnet-4-5'],
      requestsPerMinute: 60,
      tokensPerMinute: null,
      monthlyBudgetNanoUsd: '12500000000',
      expiresAt: '2026-12-31T23:59:59.999Z',
    },
  });
});

test.each([
  ['name', ' '],
  ['requestsPerMinute', '0'],
  ['tokensPerMinute', '1.5'],
  ['monthlyBudget', 'much'],
] as const)('a %s of %p is pointed out at its field', (field, text) => {
  const read = readKeyForm({ ...filled, [field]: text });
  expect(read).toEqual({ problems: { [field]: expect.any(String) } });
});

test('settings come back as they were typed', () => {
  const read = readKeyForm(filled);
  const settings = 'settings' in read ? read.settings : undefined;
  expect(readKeyForm(toKeyFormFields(settings))).toEqual(read);
});
