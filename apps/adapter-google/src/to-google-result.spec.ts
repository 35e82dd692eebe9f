import { googleModel } from './google-models.js';
import { toGoogleResult } from './to-google-result.js';

const response = (...texts: string[]) => {
  const parts = toGoogleResult(
    'f',
    undefined,
    texts.map((text) => ({ text })),
    [],
    googleModel('gemini-2.5-pro'),
  );
  return (parts[0] as { functionResponse: { response: unknown } }).functionResponse.response;
};

describe('toGoogleResult (rule 29)', () => {
  test('an object is the response', () => {
    expect(response('{"a":{"b":[1]}}')).toEqual({ a: { b: [1] } });
  });

  test('strings, arrays and everything else are wrapped', () => {
    expect(response('sunny')).toEqual({ result: 'sunny' });
    expect(response('[1,"2"]')).toEqual({ result: [1, '2'] });
    expect(response('42')).toEqual({ result: '42' });
    expect(response('null')).toEqual({ result: 'null' });
    expect(response('{"a":')).toEqual({ result: '{"a":' });
    expect(response()).toEqual({ result: '' });
  });

  test('several texts are one', () => {
    expect(response('a', 'b')).toEqual({ result: 'a\nb' });
  });

  test('a number with more digits than a double holds is not rounded', () => {
    expect(response('{"id":12345678901234567890}')).toEqual({ result: '{"id":12345678901234567890}' });
  });
});
