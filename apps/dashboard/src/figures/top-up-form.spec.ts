import { readTopUpForm, toTopUpFormFields } from './top-up-form.js';

const filled = { lowBalance: '5', threshold: '10', amount: '25', monthlyCap: '100' };

test('alert and automatic top-up are read together', () => {
  const settings = {
    lowBalanceNanoUsd: '5000000000',
    automatic: {
      thresholdNanoUsd: '10000000000',
      amountNanoUsd: '25000000000',
      monthlyCapNanoUsd: '100000000000',
    },
  };
  expect(readTopUpForm(filled, true)).toEqual({ settings });
  expect(readTopUpForm(toTopUpFormFields(settings), true)).toEqual({ settings });
});

test('without an automatic top-up its amounts do not count', () => {
  const read = readTopUpForm({ ...filled, amount: 'x', lowBalance: '' }, false);
  expect(read).toEqual({ settings: { lowBalanceNanoUsd: null, automatic: null } });
});

test('every amount that is none is pointed out', () => {
  const read = readTopUpForm({ lowBalance: 'a', threshold: '', amount: '-1', monthlyCap: '100' }, true);
  expect(Object.keys('problems' in read ? read.problems : {})).toEqual(['lowBalance', 'threshold', 'amount']);
});
