import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, credentials, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import * as contracts from '@tokenroute/contracts';
import { startSystem, type TestSystem, testServers } from '@tokenroute/testing';
import {
  type HttpCaller,
  httpCallers,
  type HttpRoute,
  httpRoutes,
  rpcs,
  type RpcStatus,
  type ScopedRpc,
  type Tenant,
  topUp,
  type UnscopedRpc,
} from './access-table.js';

type Method = MethodDefinition<object, object>;

const protoFolder = fileURLToPath(new URL('../../../proto', import.meta.url));
const routeJournal = pathToFileURL(fileURLToPath(new URL('../dist/route-journal.js', import.meta.url))).href;
/** Well-formed, and nobody's: its random characters are all zero. */
const unknownKey = 'sk-tr-000000000000000000000000000000004ADEKm';
const nobody: Tenant = {
  accountId: randomUUID(),
  personId: randomUUID(),
  cookie: '',
  email: 'nobody@example.com',
  keyId: randomUUID(),
  keyDigest: createHash('sha256').update('nobody').digest(),
  holdId: randomUUID(),
  paymentId: randomUUID(),
};

/** Every method of the generated definitions, by its full name. */
const methods = new Map<string, Method>(
  Object.entries(contracts)
    .filter(([name]) => name.endsWith('ServiceService'))
    .flatMap(([, definition]) => Object.values(definition as Record<string, Method>))
    .map((method) => [method.path.slice(1), method]),
);

const tabulated = Object.entries(rpcs).flatMap(([service, table]) =>
  Object.entries(table).map(([method, row]): [string, ScopedRpc | UnscopedRpc] => [
    `${service}/${method}`,
    row,
  ]),
);
const scoped = tabulated.filter((row): row is [string, ScopedRpc] => 'request' in row[1]);
const unscoped = tabulated.filter((row): row is [string, UnscopedRpc] => 'why' in row[1]);

/** Who may ask for what, over every route and call that there is. What is missing in the table fails, and what is gone. */
describe('access', () => {
  const services = Object.keys(httpRoutes);
  const password = 'a phrase nobody else has';
  const clients = new Map<string, Client>();
  const secrets = {} as Record<Exclude<HttpCaller, 'anonymous'>, string>;
  let journalFolder: string;
  let system: TestSystem;
  let own: Tenant;
  let other: Tenant;

  beforeAll(async () => {
    journalFolder = testServers().folder;
    const journaled = Object.fromEntries(
      services.map((service) => [
        service,
        { NODE_OPTIONS: `--import=${routeJournal}`, ROUTE_JOURNAL_FILE: journalOf(service) },
      ]),
    );
    const { billing, gateway } = journaled;
    system = await startSystem({
      mailbox: true,
      environment: {
        ...journaled,
        billing: { ...billing, STRIPE_WEBHOOK_SECRET: 'whsec_of_a_test' },
        gateway: { ...gateway, MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: '100000' },
      },
    });
    const [ada, eve] = [await tenant('ada@example.com'), await tenant('eve@example.com')];
    [own, other] = [ada.tenant, eve.tenant];
    secrets['own key'] = ada.secret;
    secrets['other tenant'] = eve.secret;
    secrets['unknown key'] = unknownKey;
    await createKeysOf(own.accountId);
  }, 120_000);

  afterAll(async () => {
    for (const client of clients.values()) client.close();
    await system?.stop();
  });

  const journalOf = (service: string) => join(journalFolder, `access-matrix-${service}.routes`);

  /** Somebody who signed up and paid in, with a key that was used once and a top-up that waits to be paid. */
  async function tenant(email: string): Promise<{ tenant: Tenant; secret: string }> {
    const cookie = await signUp(email);
    const { session } = (await call('tokenroute.auth.v1.PeopleService/GetSession', { cookie })) as any;
    const accountId = session.memberships[0].organisationId as string;
    while (!(await system.operator.findAccount(accountId))) await pause();
    const grant = { accountId, amountNanoUsd: 1_000_000_000n, grantId: randomUUID() };
    await call('tokenroute.billing.v1.BillingAdminService/GrantCredit', grant);
    const key = await system.createKey(accountId);
    const { path, body } = httpRoutes['gateway']!['POST /v1/chat/completions']!;
    const answer = await ask('gateway', 'POST', path, { authorization: `Bearer ${key.secret}` }, body);
    const paymentId = randomUUID();
    await call('tokenroute.billing.v1.BillingPaymentsService/CreateTopUp', topUp(paymentId, accountId));
    const keyDigest = createHash('sha256').update(key.secret).digest();
    const holdId = answer.headers.get('x-request-id')!;
    const personId = session.person.id as string;
    return {
      tenant: { accountId, personId, cookie, email, keyId: key.id, keyDigest, holdId, paymentId },
      secret: key.secret,
    };
  }

  async function signUp(email: string): Promise<string> {
    const origin = system.addresses['auth']!.http;
    const post = (path: string, body: object) => ask('auth', 'POST', `/api/auth${path}`, { origin }, body);
    expect((await post('/sign-up/email', { email, password, name: 'Somebody' })).status).toBe(200);
    let link: string | undefined;
    while (!link) {
      const mails = await fetch(`${system.addresses['mailbox']!.http}/mails?to=${email}`);
      link = /http:\S+/.exec(((await mails.json()) as { text: string }[])[0]?.text ?? '')?.[0];
      if (!link) await pause();
    }
    await fetch(link, { redirect: 'manual' });
    const signedIn = await post('/sign-in/email', { email, password });
    return signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  }

  async function createKeysOf(accountId: string): Promise<void> {
    const expiresAt = new Date(Date.now() + 3_000);
    const [revoked, expired, disabled, restricted] = await Promise.all([
      system.createKey(accountId),
      system.createKey(accountId, { expiresAt }),
      system.createKey(accountId),
      system.createKey(accountId, { allowedModels: ['gpt-4o', 'claude-*'] }),
    ]);
    await system.operator.revokeKey(revoked.id);
    const change = { key: { ...keyMessage, id: disabled.id, disabled: true }, fields: ['disabled'] };
    await call('tokenroute.auth.v1.AuthService/UpdateKey', change);
    while (Date.now() <= expiresAt.getTime()) await pause();
    secrets['revoked key'] = revoked.secret;
    secrets['expired key'] = expired.secret;
    secrets['disabled key'] = disabled.secret;
    secrets['key for other models'] = restricted.secret;
  }

  async function ask(
    service: string,
    method: string,
    path: string,
    headers: Record<string, string>,
    body: object = {},
  ): Promise<Response> {
    const response = await fetch(system.addresses[service]!.http + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: method === 'POST' ? JSON.stringify(body) : undefined,
      redirect: 'manual',
    });
    await response.arrayBuffer();
    return response;
  }

  /** Makes a call by its full name; members that are left out have their default. Rejects as the call does. */
  function call(name: string, members: object): Promise<unknown> {
    const { path, requestSerialize, requestDeserialize, responseDeserialize, responseStream } =
      methods.get(name)!;
    const request = { ...requestDeserialize(Buffer.alloc(0)), ...members };
    const client = clientOf(/^tokenroute\.(\w+)/.exec(name)![1]!);
    if (responseStream) {
      return client
        .makeServerStreamRequest(path, requestSerialize, responseDeserialize, request)
        .toArray() as Promise<unknown>;
    }
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }

  function clientOf(service: string): Client {
    const known = clients.get(service);
    if (known) return known;
    const client = new Client(system.addresses[service]!.grpc!, credentials.createInsecure());
    clients.set(service, client);
    return client;
  }

  describe.each(services)('to the HTTP routes of %s', (service) => {
    const table = httpRoutes[service]!;

    test('is in the table for each that there is, and for none that there is not', () => {
      const there = readFileSync(journalOf(service), 'utf8').trim().split('\n');
      expect(withoutHead(foldedMethods(there))).toEqual(Object.keys(table).sort());
    });

    test.each(Object.entries(table))('%s', async (name, { path, headers, body, expected }: HttpRoute) => {
      const target = path.replace('{hold}', own.holdId).replace('{payment}', own.paymentId);
      const method = name.split(' ')[0]!;
      const tried = { ALL: ['GET'], GET: ['GET', 'HEAD'] }[method] ?? [method];
      for (const each of tried) {
        const seen = {} as Record<HttpCaller, number>;
        for (const caller of httpCallers) {
          const authorization =
            caller === 'anonymous' ? undefined : { authorization: `Bearer ${secrets[caller]}` };
          seen[caller] = (await ask(service, each, target, { ...headers, ...authorization }, body)).status;
        }
        expect({ method: each, ...seen }).toEqual({ method: each, ...expected });
      }
    });
  });

  describe('to the RPCs', () => {
    test('is in the table for each that proto/ and the generated code have, and for no other', () => {
      const names = tabulated.map(([name]) => name).sort();
      expect(names).toEqual(rpcsOfProtos());
      expect(names).toEqual([...methods.keys()].sort());
    });

    test('that have no tenant to be scoped by says why', () => {
      expect(unscoped.filter(([, { why }]) => why === '')).toEqual([]);
    });

    // What changes a row comes last of its own: the others must not be refused because it had changed.
    test.each(scoped)('%s', async (name, { request, expected, impersonal }) => {
      const askers = { 'other tenant': other, nobody, 'own tenant': own };
      for (const [who, asker] of Object.entries(askers)) {
        const { code, text } = await outcomeOf(call(name, request(own, asker)));
        expect({ who, code }).toEqual({ who, code: expected[who as keyof typeof expected] });
        const isTold = marksOf(own).some((mark) => text.includes(mark));
        expect({ who, isTold }).toEqual({ who, isTold: asker === own && !impersonal });
      }
    });
  });
});

const keyMessage = { accountId: '', name: '', display: '', allowedModels: [], createdBy: '', rotatedTo: '' };

/** What tells of a tenant in any answer. */
function marksOf({ accountId, personId, email, keyId, holdId, paymentId }: Tenant): string[] {
  return [accountId, personId, email, keyId, holdId, paymentId];
}

async function outcomeOf(answer: Promise<unknown>): Promise<{ code: RpcStatus; text: string }> {
  const text = (value: unknown) =>
    JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
  try {
    return { code: 'OK', text: text(await answer) };
  } catch (error) {
    const { code, details } = error as ServiceError;
    return { code: status[code] as RpcStatus, text: details };
  }
}

/** `package.Service/Method` of every proto file. */
function rpcsOfProtos(): string[] {
  const files = readdirSync(protoFolder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.proto'))
    .flatMap((file) => {
      const text = readFileSync(join(protoFolder, file), 'utf8');
      const pack = /^package ([\w.]+);/m.exec(text)![1]!;
      return [...text.matchAll(/^service (\w+) \{([^}]*)\}/gm)].flatMap(([, service, body]) =>
        [...body!.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, method]) => `${pack}.${service}/${method}`),
      );
    })
    .sort();
}

/** Routes as `METHOD /path`; one that takes whatever there is becomes `ALL /path`. */
function foldedMethods(lines: string[]): string[] {
  const routes = [...new Set(lines)];
  const pathOf = (route: string) => route.split(' ')[1]!;
  const takesAll = (path: string) => routes.filter((route) => pathOf(route) === path).length > 5;
  const folded = routes.map((route) => (takesAll(pathOf(route)) ? `ALL ${pathOf(route)}` : route));
  return [...new Set(folded)].sort();
}

/** HEAD comes with each GET. */
function withoutHead(routes: string[]): string[] {
  return routes.filter((route) => !(route.startsWith('HEAD ') && routes.includes(`GET ${route.slice(5)}`)));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
