import { chooseProviders, providerEnvironment } from './providers.js';

const simulator = 'http://127.0.0.1:7390';
const names = ['openai', 'anthropic', 'google', 'deepseek', 'mistral'];
const choose = (environment: Record<string, string>, name: string) =>
  chooseProviders(environment, names).find((choice) => choice.name === name)!;

test.each([
  ['openai', 'OPENAI', '/openai/v1'],
  ['anthropic', 'ANTHROPIC', '/anthropic'],
  ['google', 'GOOGLE', '/google'],
  ['deepseek', 'DEEPSEEK', '/deepseek'],
  ['mistral', 'MISTRAL', '/mistral/v1'],
])('%s without a key is simulated', (name, prefix, path) => {
  const choice = choose({}, name);
  expect(choice.simulated).toBe(true);
  expect(providerEnvironment(choice, simulator)).toEqual({
    [`${prefix}_API_KEY`]: 'unset',
    [`${prefix}_BASE_URL`]: `${simulator}${path}`,
  });
});

test('a provider with a key is real, at the address its adapter knows', () => {
  const choice = choose({ OPENAI_API_KEY: 'secret' }, 'openai');
  expect(choice.simulated).toBe(false);
  expect(providerEnvironment(choice, simulator)).toEqual({ OPENAI_API_KEY: 'secret' });
});

test('a file of keys makes a provider real as well, and its adapter gets no made-up key beside it', () => {
  const choice = choose({ OPENAI_API_KEY_FILE: '/keys' }, 'openai');
  expect(choice.simulated).toBe(false);
  expect(providerEnvironment(choice, simulator)).toEqual({ OPENAI_API_KEY_FILE: '/keys' });
});

test('a base URL is passed on as it is, with a placeholder where there is no key', () => {
  const choice = choose({ GOOGLE_BASE_URL: 'http://localhost:1/x' }, 'google');
  expect(choice.simulated).toBe(false);
  expect(providerEnvironment(choice, simulator)).toEqual({
    GOOGLE_API_KEY: 'unset',
    GOOGLE_BASE_URL: 'http://localhost:1/x',
  });
});

test('an empty variable counts as not set', () => {
  expect(choose({ OPENAI_API_KEY: '', OPENAI_BASE_URL: '' }, 'openai').simulated).toBe(true);
});

test('providers without an adapter are not chosen', () => {
  expect(chooseProviders({ MISTRAL_API_KEY: 'secret' }, ['openai']).map(({ name }) => name)).toEqual([
    'openai',
  ]);
});
