import { regressions } from './regressions.js';
import type { SummaryRow } from './summary.js';

function row(changes: Partial<SummaryRow>): SummaryRow {
  return {
    measurement: 'plain, c = 128',
    target: 'tokenroute',
    perSecondOfProxy: 0.2,
    statements: 0.07,
    walBytes: 2_100,
    ...changes,
  } as SummaryRow;
}

test('a path that does as much as it did is no regression', () => {
  expect(regressions([row({})])).toEqual([]);
});

test('each bound that is passed is named with what was measured', () => {
  expect(regressions([row({ statements: 2, walBytes: 9_000, perSecondOfProxy: 0.01 })])).toEqual([
    'plain, c = 128: 2.000 statements an answer, which must be at most 0.4',
    'plain, c = 128: 9000.000 bytes of log an answer, which must be at most 3000',
    'plain, c = 128: 0.010 of the proxy, which must be at least 0.06',
  ]);
});

test('only the product without limits is judged, and only by what was measured', () => {
  expect(regressions([row({ target: 'proxy', statements: 9 }), row({ statements: undefined })])).toEqual([]);
});
