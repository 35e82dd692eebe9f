import { toProviderFault, toProviderStreamFault } from './to-provider-fault.js';

const error = {
  providerName: 'Acme',
  status: 400,
  body: '{"secret":"org-1"}',
  message: 'bad n',
  param: 'n',
  about: 'request' as const,
};

describe('toProviderFault', () => {
  test.each([
    [400, 'invalid-request'],
    [404, 'not-found'],
    [413, 'too-large'],
    [422, 'unprocessable'],
  ])('a %d keeps its meaning, message and parameter (rule 53)', (status, code) => {
    expect(toProviderFault({ ...error, status })).toMatchObject({ code, publicMessage: 'bad n', param: 'n' });
  });

  test.each([401, 402, 403, 429, 500, 503])(
    'a %d is a failed provider, its text stays with us (rule 51)',
    (status) => {
      const fault = toProviderFault({ ...error, status });
      expect(fault.code).toBe('upstream');
      expect(fault.publicMessage).not.toContain('bad n');
      expect(fault.internal).toContain('org-1');
    },
  );

  test('a model that the provider does not know keeps its status and calls an operator: it came from our catalogue', () => {
    const fault = toProviderFault({ ...error, status: 404, about: 'unknown-model' });
    expect(fault).toMatchObject({ code: 'not-found', publicMessage: 'bad n', alarm: true });
  });

  test('a 400 about our account is a failed provider and calls an operator', () => {
    const fault = toProviderFault({ ...error, about: 'our-account' });
    expect(fault).toMatchObject({ code: 'upstream', alarm: true });
    expect(fault.publicMessage).not.toContain('bad n');
  });

  test.each([401, 402, 403])('a %d calls an operator', (status) => {
    expect(toProviderFault({ ...error, status }).alarm).toBe(true);
  });

  test('an error without a message still says something', () => {
    expect(toProviderFault({ ...error, message: undefined }).publicMessage).toContain('status 400');
  });
});

describe('toProviderStreamFault', () => {
  test('tells the client who failed and the log why', () => {
    const fault = toProviderStreamFault('Acme', '{"error":"org-1"}');
    expect(fault).toMatchObject({ code: 'upstream', internal: '{"error":"org-1"}' });
    expect(fault.publicMessage).not.toContain('org-1');
  });
});
