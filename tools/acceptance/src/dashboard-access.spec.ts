import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startSystem, type TestSystem, testServers } from '@tokenroute/testing';
import { DashboardBrowser } from './dashboard-browser.js';

const routeJournal = pathToFileURL(fileURLToPath(new URL('../dist/route-journal.js', import.meta.url))).href;
const roles = ['owner', 'admin', 'member', 'billing'] as const;
type Role = (typeof roles)[number];

interface Route {
  allowed: readonly Role[];
  /** What is asked for in the place of a parameter. */
  path?: string;
  body?: object;
  /** Of somebody who may, when it is not 200. */
  status?: number;
}

const everyone: readonly Role[] = roles;
const withKeys: readonly Role[] = ['owner', 'admin', 'member'];
const readingBilling: readonly Role[] = ['owner', 'admin', 'billing'];
const paying: readonly Role[] = ['owner', 'billing'];
const hour = (text: string) => encodeURIComponent(new Date(text).toISOString());
const settings = {
  name: 'k',
  allowedModels: [],
  requestsPerMinute: null,
  tokensPerMinute: null,
  monthlyBudgetNanoUsd: null,
  expiresAt: null,
};

/** Every route of the dashboard's server below an organisation, and who may use it. */
const routes: Record<string, Route> = {
  'GET /account': { allowed: readingBilling },
  'GET /keys': { allowed: withKeys },
  'POST /keys': { allowed: withKeys, body: settings, status: 201 },
  'GET /keys/limit-use': { allowed: withKeys },
  'PATCH /keys/:keyId': { allowed: withKeys, body: { name: 'other' } },
  'POST /keys/:keyId/rotation': { allowed: withKeys, body: { overlapSeconds: 60 }, status: 201 },
  'GET /keys/:keyId/events': { allowed: withKeys },
  'POST /keys/:keyId/revocation': { allowed: withKeys },
  'GET /models': { allowed: everyone },
  'GET /usage': { allowed: everyone, path: `/usage?from=${hour('2026-01-01')}&to=${hour('2026-01-02')}` },
  'GET /requests': { allowed: everyone },
  'GET /requests/:requestId': { allowed: everyone, path: `/requests/${randomUUID()}`, status: 404 },
  'GET /payments': { allowed: readingBilling },
  'POST /top-ups': {
    allowed: paying,
    body: { id: randomUUID(), amountNanoUsd: '25000000000', savePaymentMethod: false },
    status: 201,
  },
  'GET /top-up-settings': { allowed: readingBilling },
  'PUT /top-up-settings': { allowed: paying, body: { lowBalanceNanoUsd: null, automatic: null } },
  'GET /statements/:month': { allowed: readingBilling, path: '/statements/2026-11' },
  'POST /playground': { allowed: withKeys, body: {}, status: 400 },
  'GET /members': { allowed: everyone },
  'GET /audit-events': { allowed: ['owner', 'admin'] },
};

/** Below /api/administration: for whom ADMINISTRATORS names, and here it names nobody. */
const administration = [
  'GET /accounts',
  'GET /accounts/:accountId',
  'POST /accounts/:accountId/credit',
  'POST /accounts/:accountId/freeze',
  'POST /accounts/:accountId/thaw',
  'GET /models',
  'PUT /models/:modelId',
  'GET /models/:modelId/users',
  'GET /models/:modelId/events',
  'GET /models/:modelId/prices',
  'POST /models/:modelId/prices',
  'POST /models/:modelId/price-previews',
  'GET /ledger-proof',
  'GET /house-loss',
  'GET /dead-letters',
  'POST /dead-letters/replay',
];

// Open to everybody, or a stream without an end, which the browser tests listen to.
const elsewhere = [
  '/healthz',
  '/readyz',
  '/',
  '/*',
  '/openapi.json',
  '/api/auth/*',
  '/api/session',
  '/api/organisations/:organisationId/live',
];

describe('the dashboard’s server', () => {
  const browsers = {} as Record<Role | 'stranger' | 'nobody', DashboardBrowser>;
  let system: TestSystem;
  let organisationId: string;
  let journal: string;

  beforeAll(async () => {
    const { folder } = testServers();
    const pages = join(folder, 'pages');
    mkdirSync(pages, { recursive: true });
    writeFileSync(join(pages, 'index.html'), '<!doctype html><title>tokenroute</title>');
    journal = join(folder, 'dashboard-access.routes');
    system = await startSystem({
      mailbox: true,
      dashboard: true,
      environment: {
        'dashboard-api': {
          PAGES_FOLDER: pages,
          NODE_OPTIONS: `--import=${routeJournal}`,
          ROUTE_JOURNAL_FILE: journal,
        },
      },
    });
    browsers.nobody = new DashboardBrowser(system);
    for (const name of [...roles, 'stranger'] as const) {
      browsers[name] = await new DashboardBrowser(system).signUp(`${name}@example.com`);
    }
    organisationId = await browsers.owner.organisation();
    for (const role of ['admin', 'member', 'billing'] as const) await invite(role);
  }, 120_000);

  afterAll(() => system?.stop(), 30_000);

  const ask = (
    who: Role | 'stranger' | 'nobody',
    method: string,
    path: string,
    body?: object,
  ): Promise<any> => browsers[who].ask(method, path, body);

  async function invite(role: Role): Promise<void> {
    const email = `${role}@example.com`;
    await ask('owner', 'POST', '/api/auth/organization/invite-member', {
      organizationId: organisationId,
      email,
      role,
    });
    const invitationId = (await browsers[role].linkInMail(email, 'You are invited to an organisation'))
      .split('/')
      .at(-1);
    const joined = await ask(role, 'POST', '/api/auth/organization/accept-invitation', { invitationId });
    expect(joined.status).toBe(200);
  }

  async function pathOf(name: string, { path }: Route): Promise<string> {
    const below = path ?? name.split(' ')[1]!;
    const key = below.includes(':keyId') ? (await system.createKey(organisationId)).id : '';
    return `/api/organisations/${organisationId}${below.replace(':keyId', key)}`;
  }

  test('has no route that is not in the table', () => {
    const there = readFileSync(journal, 'utf8').trim().split('\n');
    const prefix = '/api/organisations/:organisationId';
    const judged = there
      .map((line) => line.split(' ') as [string, string])
      .filter(([method, url]) => method !== 'HEAD' && !elsewhere.includes(url))
      .map(([method, url]) => `${method} ${url.replace(prefix, '')}`);
    const area = administration.map((route) => route.replace(' ', ' /api/administration'));
    expect(judged.sort()).toEqual([...Object.keys(routes), ...area].sort());
  });

  test.each(Object.entries(routes))('%s is for those whose role allows it', async (name, route) => {
    const method = name.split(' ')[0]!;
    const seen: Record<string, number> = {};
    for (const who of ['nobody', 'stranger', ...roles] as const) {
      seen[who] = (await ask(who, method, await pathOf(name, route), route.body)).status;
    }
    const expected = roles.map((role) => [role, route.allowed.includes(role) ? (route.status ?? 200) : 403]);
    expect(seen).toEqual({ nobody: 401, stranger: 404, ...Object.fromEntries(expected) });
  });

  test.each(administration)('%s of the administrators is nowhere for everybody else', async (route) => {
    const [method, path] = route.split(' ') as [string, string];
    const url = `/api/administration${path.replace(':accountId', organisationId).replace(':modelId', 'gpt-4o')}`;
    expect((await ask('nobody', method, url)).status).toBe(401);
    expect((await ask('owner', method, url)).status).toBe(404);
  });

  test.each([
    ['without the header of our pages', { 'x-tokenroute-page': '' }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuses a change that comes %s', async (_how, change) => {
    const path = `/api/organisations/${organisationId}/keys`;
    const answer = await browsers.owner.ask('POST', path, settings, change);
    expect(answer.status).toBe(403);
  });

  test('serves its pages with a policy that runs nothing of others', async () => {
    for (const path of ['/', '/dashboard/keys', '/no/such/page']) {
      const answer = await ask('nobody', 'GET', path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await ask('nobody', 'GET', '/api/no-such-route')).status).toBe(404);
  });

  test('hands on the description of the API, with the address that customers use', async () => {
    const answer = await ask('nobody', 'GET', '/openapi.json');
    const { servers, ...own } = (await answer.json()) as any;
    const { servers: _servers, ...gateways } = (await (
      await fetch(`${system.gatewayUrl}/openapi.json`)
    ).json()) as any;
    expect(servers).toEqual([{ url: system.gatewayUrl }]);
    expect(own).toEqual(gateways);
  });

  test('ends a session at once when it was signed out', async () => {
    expect((await ask('stranger', 'POST', '/api/auth/sign-out', {})).status).toBe(200);
    expect(await (await ask('stranger', 'GET', '/api/session')).json()).toMatchObject({ session: null });
  });
});
