import { readFindings } from './run-scripts.js';

test('every error of the script is a finding, with the recording it is about', () => {
  const output = 'error a.b: no model\nerror c: temperature 1 not passed on\n    1 error openai no model\n';
  expect(readFindings(`${output}2 requests, 2 errors, 7 warnings\n`)).toEqual([
    { case: 'a.b', message: 'no model' },
    { case: 'c', message: 'temperature 1 not passed on' },
  ]);
});

test('an error that is only in the tally is a finding too', () => {
  const output = '    3 error ? unknown path /v2\n4 requests, 3 errors, 0 warnings\n';
  expect(readFindings(output)).toEqual([{ case: 'unknown', message: expect.stringContaining('3 more') }]);
});

test('a script that did not come to its end found nothing that counts', () => {
  expect(() => readFindings('TypeError: x is undefined\n')).toThrow('TypeError: x is undefined');
});
