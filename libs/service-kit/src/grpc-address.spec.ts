import { z } from 'zod';
import { grpcAddressVariable } from './grpc-address.js';
import { ConfigError, loadConfig } from './load-config.js';

const schema = z.object({ AUTH_ADDRESS: grpcAddressVariable });
const read = (text: string) => loadConfig(schema, { AUTH_ADDRESS: text }).AUTH_ADDRESS;

test('a name stands for all of its addresses, and several addresses can be told', () => {
  expect(read('auth:7101')).toBe('dns:///auth:7101');
  expect(read('127.0.0.1:7101')).toBe('ipv4:127.0.0.1:7101');
  expect(read('10.0.0.1:7101, 10.0.0.2:7101')).toBe('ipv4:10.0.0.1:7101,10.0.0.2:7101');
});

test.each(['auth', 'http://auth:7101', 'auth:7101,other:7101', '10.0.0.1:7101,', 'auth:port'])(
  '%s is refused by the name of its variable',
  (text) => {
    expect(() => read(text)).toThrow(ConfigError);
    expect(() => read(text)).toThrow('AUTH_ADDRESS: must be host:port, or ip:port[,ip:port …]');
  },
);
