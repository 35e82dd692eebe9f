import { z } from 'zod';
import { ConfigError, loadConfig, portVariable, serviceVariables } from './load-config.js';

const schema = z.object({
  DATABASE_URL: z.url(),
  GRPC_PORT: portVariable,
  LEVEL: z.enum(['low', 'high']).default('low'),
});

describe('loadConfig', () => {
  test('gives typed values and defaults', () => {
    expect(loadConfig(schema, { DATABASE_URL: 'postgresql://h/d', GRPC_PORT: '7000' })).toEqual({
      DATABASE_URL: 'postgresql://h/d',
      GRPC_PORT: 7000,
      LEVEL: 'low',
    });
  });

  test('names every variable that does not fit, and never a value', () => {
    const env = { DATABASE_URL: 'hunter2', GRPC_PORT: '99999999', LEVEL: 'secret-level' };
    const attempt = () => loadConfig(schema, env);
    expect(attempt).toThrow(ConfigError);
    try {
      attempt();
    } catch (error) {
      const { message } = error as Error;
      expect(message).toMatch(
        /DATABASE_URL.*\n.*GRPC_PORT: must be at most 65535\n.*LEVEL: must be one of low, high/,
      );
      for (const value of Object.values(env)) expect(message).not.toContain(value);
    }
  });

  test('of the certificate, its key and the authority all are named, or none', () => {
    const tls = z.object(serviceVariables);
    expect(() => loadConfig(tls, { TLS_CERT_FILE: 'a' })).toThrow(
      /TLS_KEY_FILE: is required with TLS_CERT_FILE\n.*TLS_CA_FILE: is required with TLS_CERT_FILE/,
    );
    expect(() => loadConfig(tls, { TLS_CA_FILE: 'a', TLS_KEY_FILE: 'b', TLS_CERT_FILE: '' })).toThrow(
      /TLS_CERT_FILE: is required with TLS_KEY_FILE/,
    );
    const all = { TLS_CERT_FILE: 'a', TLS_KEY_FILE: 'b', TLS_CA_FILE: 'c' };
    expect(loadConfig(tls, all)).toMatchObject(all);
  });

  test('an empty variable is an absent one', () => {
    expect(() => loadConfig(schema, { DATABASE_URL: '', GRPC_PORT: '1' })).toThrow(
      /DATABASE_URL: is required/,
    );
  });
});
