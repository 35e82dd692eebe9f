import { peopleSettings, withoutOwnServers } from './bring-up.js';

const last = { NATS_URL: 'nats://127.0.0.1:20001', REDIS_URL: 'redis://127.0.0.1:20002' };

test('a shell that has sourced dev.env does not turn our own servers into foreign ones', () => {
  const environment = { PATH: '/bin', ...last };
  expect(withoutOwnServers(environment, last, { nats: 20_001, redis: 20_002 })).toEqual({ PATH: '/bin' });
});

test('a server that somebody else runs stays the one to use at the second start', () => {
  const environment = { PATH: '/bin', ...last };
  expect(withoutOwnServers(environment, last, { redis: 20_002 })).toEqual({
    PATH: '/bin',
    NATS_URL: last.NATS_URL,
  });
});

test('another URL than that of the last start is taken at its word', () => {
  const environment = { NATS_URL: 'nats://elsewhere:4222' };
  expect(withoutOwnServers(environment, last, { nats: 20_001 })).toEqual(environment);
});

test('the secret of an installation is made once, long, and kept', () => {
  const first = peopleSettings({}, {}).peopleEnvironment.AUTH_SECRET;
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(peopleSettings({}, { AUTH_SECRET: first }).peopleEnvironment.AUTH_SECRET).toBe(first);
  expect(peopleSettings({}, {}).peopleEnvironment.AUTH_SECRET).not.toBe(first);
});

test('a mailbox is started unless mail has another way to go', () => {
  expect(peopleSettings({}, {}).mailbox).toBe(true);
  expect(peopleSettings({ SMTP_URL: 'smtp://mail.example.com' }, {}).mailbox).toBe(false);
});
