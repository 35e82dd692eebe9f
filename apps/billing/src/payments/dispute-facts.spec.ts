import { disputeFacts } from './dispute-facts.js';

const dispute = (status: string, amounts: number[] = []) => ({
  id: 'dp_1',
  amount: 1_000,
  currency: 'usd',
  status,
  balance_transactions: amounts.map((amount) => ({ amount })),
});

test.each([
  ['created', 'needs_response', [], { freezes: true, withdrawn: false, reinstated: false, outcome: null }],
  [
    'created',
    'needs_response',
    [-1_000],
    { freezes: true, withdrawn: true, reinstated: false, outcome: null },
  ],
  [
    'funds_withdrawn',
    'needs_response',
    [],
    { freezes: true, withdrawn: true, reinstated: false, outcome: null },
  ],
  ['updated', 'under_review', [-1_000], { freezes: true, withdrawn: true, reinstated: false, outcome: null }],
  ['closed', 'won', [-1_000, 1_000], { freezes: false, withdrawn: true, reinstated: true, outcome: 'won' }],
  ['funds_reinstated', 'won', [], { freezes: false, withdrawn: false, reinstated: true, outcome: 'won' }],
  ['closed', 'lost', [-1_000], { freezes: true, withdrawn: true, reinstated: false, outcome: 'lost' }],
  // The payment had been refunded: nobody takes money a second time.
  ['closed', 'lost', [], { freezes: true, withdrawn: false, reinstated: false, outcome: 'lost' }],
  [
    'created',
    'warning_needs_response',
    [],
    { freezes: false, withdrawn: false, reinstated: false, outcome: null },
  ],
  [
    'closed',
    'warning_closed',
    [],
    { freezes: false, withdrawn: false, reinstated: false, outcome: 'dropped' },
  ],
  [
    'updated',
    'a_status_of_tomorrow',
    [],
    { freezes: false, withdrawn: false, reinstated: false, outcome: null },
  ],
])('charge.dispute.%s of one that is %s with %j proves what it proves', (type, status, amounts, facts) => {
  expect(disputeFacts(`charge.dispute.${type}`, dispute(status, amounts))).toEqual(facts);
});
