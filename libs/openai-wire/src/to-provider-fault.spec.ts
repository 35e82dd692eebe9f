import { toProviderFault, toProviderStreamFault } from './to-provider-fault.js';

const error = {
  providerName: 'Acme',
  status: 400,
  body: '{"secret":"org-1"}',
  message: 'bad n',
  param: 'n',
  modelUnknown: false,
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

  test('a model of ours that the provider does not know is our fault', () => {
    expect(toProviderFault({ ...error, status: 404, modelUnknown: true }).code).toBe('upstream');
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
