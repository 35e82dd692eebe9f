import { authConfig, migrateConfig } from './config.js';

const env = {
  HTTP_PORT: '7201',
  GRPC_PORT: '7202',
  DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:5432/tokenroute?schema=auth',
  NATS_URL: 'nats://127.0.0.1:4222',
  REDIS_URL: 'redis://127.0.0.1:6379',
  BILLING_ADDRESS: '127.0.0.1:7102',
  PUBLIC_URL: 'https://console.example.com/',
  AUTH_SECRET: 'a-secret-that-is-long-enough-for-this',
};

describe('authConfig', () => {
  test('takes what the environment says', () => {
    expect(authConfig(env)).toMatchObject({ HOST: '0.0.0.0', HTTP_PORT: 7201, GRPC_PORT: 7202 });
  });

  test('refuses a database URL without a schema, and does not repeat it', () => {
    const attempt = () =>
      authConfig({ ...env, DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1/tokenroute' });
    expect(attempt).toThrow('DATABASE_URL: must name the schema: …?schema=auth');
    expect(attempt).not.toThrow('hunter2');
  });
});

describe('what people need', () => {
  test('the public address is an origin, and nothing else has to be chosen', () => {
    expect(authConfig(env)).toMatchObject({
      PUBLIC_URL: 'https://console.example.com',
      TRUSTED_PROXIES: [],
      SESSION_LIFETIME_S: 604_800,
    });
  });

  test.each([
    ['AUTH_SECRET', { AUTH_SECRET: 'short' }, 'must have at least 32 characters'],
    ['AUTH_SECRET', { AUTH_SECRET: '' }, 'is required'],
    ['AUTH_SECRET', { AUTH_SECRET: 'development-only-secret-of-tokenroute' }, 'must be a secret of your own'],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://console.example.com' }, 'must be https, except on this machine'],
    ['GOOGLE_CLIENT_ID', { GOOGLE_CLIENT_ID: 'id' }, 'needs GOOGLE_CLIENT_SECRET as well'],
    ['OIDC_ISSUER', { OIDC_ISSUER: 'https://login.example.com' }, 'needs OIDC_CLIENT_ID'],
  ])('%s of %j is refused', (variable, change, message) => {
    const attempt = () => authConfig({ ...env, ...change });
    expect(attempt).toThrow(`${variable}: ${message}`);
    expect(attempt).not.toThrow('a-secret');
  });

  test('on this machine neither https nor an own secret is asked for', () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const local = {
        PUBLIC_URL: `http://${host}:8101`,
        AUTH_SECRET: 'development-only-secret-of-tokenroute',
      };
      expect(authConfig({ ...env, ...local }).PUBLIC_URL).toBe(`http://${host}:8101`);
    }
  });

  test('a name that only begins like this machine is another one', () => {
    expect(() => authConfig({ ...env, PUBLIC_URL: 'http://127.0.0.1.example.com' })).toThrow('must be https');
  });
});

describe('migrateConfig', () => {
  test('needs the database alone', () => {
    expect(migrateConfig({ DATABASE_URL: env.DATABASE_URL })).toEqual({ DATABASE_URL: env.DATABASE_URL });
  });
});
