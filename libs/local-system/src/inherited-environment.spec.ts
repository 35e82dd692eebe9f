import { inheritedEnvironment } from './inherited-environment.js';

test('no provider key, no secret and no address of the developer reaches a service unasked', () => {
  const passed = inheritedEnvironment({
    PATH: '/bin',
    LOG_LEVEL: 'debug',
    HOLD_TIME_TO_LIVE_MS: '2000',
    OPENAI_API_KEY: 'secret',
    MISTRAL_BASE_URL: 'http://localhost',
    GITHUB_TOKEN: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    DATABASE_URL: 'postgresql://localhost',
    PORT: '3000',
    NODE_OPTIONS: '--experimental-vm-modules',
    npm_config_registry: 'x',
    EMPTY: undefined,
  });
  expect(passed).toEqual({ PATH: '/bin', LOG_LEVEL: 'debug', HOLD_TIME_TO_LIVE_MS: '2000' });
});
