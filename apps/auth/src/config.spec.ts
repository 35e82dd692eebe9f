import { authConfig, migrateConfig } from './config.js';

const env = {
  HTTP_PORT: '7201',
  GRPC_PORT: '7202',
  DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:5432/tokenroute?schema=auth',
  NATS_URL: 'nats://127.0.0.1:4222',
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

describe('migrateConfig', () => {
  test('needs the database alone', () => {
    expect(migrateConfig({ DATABASE_URL: env.DATABASE_URL })).toEqual({ DATABASE_URL: env.DATABASE_URL });
  });
});
