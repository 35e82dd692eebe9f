import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { choosePeopleEnvironment } from './service-environments.js';
import { chooseProviders } from './providers.js';
import { adaptedProviders, schemaUrl, services, variablePrefix, type Wiring } from './service-table.js';

const wiring: Wiring = {
  databaseUrl: 'postgresql://u:p@127.0.0.1:5/tokenroute',
  natsUrl: 'nats://127.0.0.1:4',
  redisUrl: 'redis://127.0.0.1:6',
  providers: chooseProviders({}, adaptedProviders),
  address: (service, port) => `${service}.${port}`,
  replicas: (service, port) => `${service}.${port}`,
};
const environmentOf = (name: string) =>
  services.find((service) => service.name === name)!.environment(wiring);

test('every service is a folder of this repository, and no two want the same port', () => {
  const repository = join(import.meta.dirname, '..', '..', '..');
  expect(services.filter(({ folder }) => !existsSync(join(repository, folder, 'package.json')))).toEqual([]);
  const ports = services.flatMap(({ ports }) => Object.values(ports));
  expect(new Set(ports.map((port) => port.default)).size).toBe(ports.length);
  expect(new Set(ports.map((port) => port.variable)).size).toBe(ports.length);
});

test('each owner of a schema sees the one database through its own schema', () => {
  expect(environmentOf('auth').DATABASE_URL).toBe('postgresql://u:p@127.0.0.1:5/tokenroute?schema=auth');
  expect(environmentOf('billing').DATABASE_URL).toBe(
    'postgresql://u:p@127.0.0.1:5/tokenroute?schema=billing',
  );
});

test('a schema of the given URL gives way, other parameters stay', () => {
  expect(schemaUrl('postgresql://h/d?schema=public&sslmode=require', 'auth')).toBe(
    'postgresql://h/d?schema=auth&sslmode=require',
  );
});

test('mail goes to the mailbox when there is one, and to where the developer says before that', () => {
  const auth = services.find(({ name }) => name === 'auth')!;
  expect(auth.environment(wiring).SMTP_URL).toBeUndefined();
  expect(auth.environment({ ...wiring, mailbox: true }).SMTP_URL).toBe('smtp://mailbox.smtp');
  const peopleEnvironment = choosePeopleEnvironment({
    SMTP_URL: 'smtp://mine',
    AUTH_SECRET: '',
    PATH: '/bin',
  });
  expect(auth.environment({ ...wiring, peopleEnvironment }).SMTP_URL).toBe('smtp://mine');
  expect(Object.keys(peopleEnvironment)).toEqual(['SMTP_URL']);
});

test('where there is a dashboard, its address is the one that mails and cookies are for', () => {
  const auth = services.find(({ name }) => name === 'auth')!;
  const dashboard = services.find(({ name }) => name === 'dashboard-api')!;
  expect(auth.environment(wiring).PUBLIC_URL).toBe('http://auth.http');
  const withDashboard = { ...wiring, dashboard: true };
  expect(auth.environment(withDashboard).PUBLIC_URL).toBe('http://dashboard-api.http');
  const chosen = { ...withDashboard, peopleEnvironment: { PUBLIC_URL: 'https://console.example.com' } };
  expect(dashboard.environment(chosen).PUBLIC_URL).toBe(auth.environment(chosen).PUBLIC_URL);
});

test('the gateway is told of every adapter', () => {
  const adapters = environmentOf('gateway').ADAPTERS!.split(',');
  expect(adapters).toEqual(adaptedProviders.map((name) => `${name}=adapter-${name}.grpc`));
  expect(adapters).toContain('openai=adapter-openai.grpc');
});

test('an adapter learns of its own provider alone', () => {
  expect(Object.keys(environmentOf('adapter-openai')).sort()).toEqual(['OPENAI_API_KEY', 'OPENAI_BASE_URL']);
});

test('the simulator is left out when every provider is real', () => {
  const simulator = services.find(({ name }) => name === 'provider-simulator')!;
  const keys = Object.fromEntries(
    adaptedProviders.map((name) => [`${variablePrefix(name)}_API_KEY`, 'secret']),
  );
  expect(simulator.isNeeded?.(wiring)).toBe(true);
  expect(simulator.isNeeded?.({ ...wiring, providers: chooseProviders(keys, adaptedProviders) })).toBe(false);
});
