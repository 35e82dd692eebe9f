/** Who comes to an HTTP route. The two tenants are customers alike, each with a key and a person. */
export const httpCallers = [
  'own key',
  'other tenant',
  'anonymous',
  'unknown key',
  'revoked key',
  'expired key',
  'disabled key',
  'key for other models',
] as const;

export type HttpCaller = (typeof httpCallers)[number];

export interface HttpRoute {
  /** `{hold}` and `{payment}` are those of the own tenant. */
  path: string;
  /** Of a POST; none: `{}`. */
  body?: object;
  headers?: Record<string, string>;
  expected: Record<HttpCaller, number>;
}

/** What a key opens: nobody gets in without a valid one. */
function keyed(path: string, answers: Partial<Record<HttpCaller, number>> = {}, body?: object): HttpRoute {
  const expected = { ...everybody(401), 'own key': 200, 'other tenant': 200, 'key for other models': 200 };
  return { path, body, expected: { ...expected, ...answers } };
}

/** The same for everybody: no key makes a difference here. */
function same(path: string, status: number, headers?: Record<string, string>): HttpRoute {
  return { path, headers, expected: everybody(status) };
}

function everybody(status: number): Record<HttpCaller, number> {
  return Object.fromEntries(httpCallers.map((caller) => [caller, status])) as Record<HttpCaller, number>;
}

const health = { 'GET /healthz': same('/healthz', 200), 'GET /readyz': same('/readyz', 200) };
const operations = { ...health, 'GET /metrics': same('/metrics', 200) };
const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };

/** Every HTTP route by service. HEAD is there for each GET, and answers as it does. */
export const httpRoutes: Record<string, Record<string, HttpRoute>> = {
  gateway: {
    ...health,
    'GET /openapi.json': same('/openapi.json', 200),
    'POST /v1/chat/completions': keyed('/v1/chat/completions', { 'key for other models': 403 }, chat),
    'GET /v1/models': keyed('/v1/models'),
    'GET /v1/models/:id': keyed('/v1/models/gpt-4o-mini'),
    'GET /v1/usage/:requestId': keyed('/v1/usage/{hold}', { 'other tenant': 404 }),
  },
  auth: {
    ...operations,
    // Behind it: people-routes.ts, with a matrix of its own in apps/auth/src/people/people.spec.ts. No key opens any of them.
    'ALL /api/auth/*': same('/api/auth/list-sessions', 401),
  },
  billing: {
    ...operations,
    // Open to the world, for what Stripe has signed.
    'POST /webhooks/stripe': same('/webhooks/stripe', 400),
    // Not in production. Whoever has a top-up's link may pay it, from its own page alone.
    'GET /development-payments/:id': same('/development-payments/{payment}', 200),
    'POST /development-payments/:id': same('/development-payments/{payment}', 403, {
      origin: 'https://evil.example',
    }),
  },
  'adapter-openai': operations,
};

export type RpcStatus = 'OK' | 'NOT_FOUND' | 'PERMISSION_DENIED' | 'ALREADY_EXISTS' | 'INVALID_ARGUMENT';

/** A customer as the internal services know one. The account has the id of the organisation. */
export interface Tenant {
  accountId: string;
  personId: string;
  cookie: string;
  email: string;
  keyId: string;
  keyDigest: Buffer;
  holdId: string;
  paymentId: string;
}

/** A call that a service makes for a tenant: what is asked about is the first one's, who asks is the second. */
export interface ScopedRpc {
  request: (asked: Tenant, asker: Tenant) => object;
  /** `nobody` is a tenant that there is not. */
  expected: { 'own tenant': RpcStatus; 'other tenant': RpcStatus; nobody: RpcStatus };
  /** The own tenant's answer names nothing of it: there is nothing of it in it. */
  impersonal?: true;
}

/** A call that has no tenant to be scoped by. */
export interface UnscopedRpc {
  why: string;
}

const operator = (what: string): UnscopedRpc => ({ why: `an operator ${what}` });

/** The account is the scope: another one's answer is about that one. */
function ofAccount(
  request: (accountId: string) => object,
  { nobody = 'NOT_FOUND', impersonal }: { nobody?: RpcStatus; impersonal?: true } = {},
): ScopedRpc {
  return {
    request: (_asked, { accountId }) => request(accountId),
    expected: { 'own tenant': 'OK', 'other tenant': 'OK', nobody },
    impersonal,
  };
}

/** The id of a row and, beside it, the account that it has to be of. */
function ofRow(request: (asked: Tenant, asker: Tenant) => object): ScopedRpc {
  return { request, expected: { 'own tenant': 'OK', 'other tenant': 'NOT_FOUND', nobody: 'NOT_FOUND' } };
}

/** What a person may see of an organisation. */
function ofOrganisation(): ScopedRpc {
  return {
    request: ({ accountId }, { personId }) => ({ organisationId: accountId, personId }),
    expected: {
      'own tenant': 'OK',
      'other tenant': 'PERMISSION_DENIED',
      nobody: 'PERMISSION_DENIED',
    },
  };
}

const keyToChange = {
  allowedModels: [],
  accountId: '',
  display: '',
  disabled: false,
  createdBy: '',
  rotatedTo: '',
};

const auth: Record<string, ScopedRpc | UnscopedRpc> = {
  // Whoever has the digest has the key.
  ValidateKey: {
    request: (_asked, { keyDigest }) => ({ keyDigest }),
    expected: { 'own tenant': 'OK', 'other tenant': 'OK', nobody: 'OK' },
  },
  ValidateKeys: {
    request: (_asked, { keyDigest }) => ({ keyDigests: [keyDigest] }),
    expected: { 'own tenant': 'OK', 'other tenant': 'OK', nobody: 'OK' },
  },
  CreateKey: {
    why: 'makes a key for the account it is told; the caller knows who asks, and for which account',
  },
  ListKeys: ofAccount((accountId) => ({ accountId }), { nobody: 'OK' }),
  UpdateKey: ofRow(({ keyId }, { accountId }) => ({
    key: { ...keyToChange, id: keyId, name: 'renamed' },
    fields: ['name'],
    accountId,
  })),
  ListKeyEvents: {
    ...ofRow(({ keyId }, { accountId }) => ({ id: keyId, accountId })),
    impersonal: true,
  },
  RotateKey: ofRow(({ keyId }, { accountId }) => ({ id: keyId, overlapSeconds: 600, accountId })),
  RevokeKey: ofRow(({ keyId }, { accountId }) => ({ id: keyId, accountId })),
};

const people: Record<string, ScopedRpc | UnscopedRpc> = {
  GetSession: {
    request: (_asked, { cookie }) => ({ cookie }),
    expected: { 'own tenant': 'OK', 'other tenant': 'OK', nobody: 'OK' },
  },
  ListMembers: ofOrganisation(),
  ListAuditEvents: ofOrganisation(),
  FindOrganisations: operator('looks for organisations'),
};

/** UsageGrouping.USAGE_GROUPING_KEY */
const byKey = 3;

/** In full hours, and whenever it is asked for with all that the tests have just done. */
function lately(): { from: Date; to: Date } {
  const dayMs = 86_400_000;
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  return { from: new Date(today - dayMs), to: new Date(today + dayMs) };
}

const billingQuery: Record<string, ScopedRpc | UnscopedRpc> = {
  GetAccount: ofAccount((id) => ({ id })),
  ListModels: ofAccount((accountId) => ({ accountId }), { nobody: 'OK', impersonal: true }),
  ListPrices: { why: 'the list prices are public' },
  GetHold: ofRow(({ holdId }, { accountId }) => ({ id: holdId, accountId })),
  Quote: ofAccount(
    (accountId) => ({ accountId, model: 'gpt-4o-mini', inputTokensBound: 10, outputTokensLimit: 10 }),
    { impersonal: true },
  ),
  VerifyLedger: operator('proves all of the books'),
  GetUsage: ofAccount((accountId) => ({
    accountId,
    ...lately(),
    groupBy: [byKey],
    keyId: '',
    model: '',
    withTelemetry: true,
  })),
  ListRequests: ofAccount((accountId) => ({
    accountId,
    keyId: '',
    model: '',
    state: '',
    result: '',
    pageSize: 0,
    pageToken: '',
  })),
};

const billingAdmin: Record<string, ScopedRpc | UnscopedRpc> = {
  CreateAccount: operator('or auth, for an organisation of its own, opens accounts'),
  GrantCredit: operator('gives credit'),
  PutModel: operator('keeps the catalogue'),
  AddPrice: operator('keeps the catalogue'),
  AddPricePlan: operator('agrees on prices'),
  ListAccounts: operator('looks for accounts'),
  PreviewPrice: operator('keeps the catalogue'),
  ListModelUsers: operator('keeps the catalogue'),
  ListCatalogueEvents: operator('keeps the catalogue'),
  ListPricePlans: ofAccount((accountId) => ({ accountId }), { impersonal: true }),
};

const payments: Record<string, ScopedRpc | UnscopedRpc> = {
  CreateTopUp: {
    request: ({ paymentId }, { accountId }) => topUp(paymentId, accountId),
    expected: { 'own tenant': 'OK', 'other tenant': 'ALREADY_EXISTS', nobody: 'NOT_FOUND' },
  },
  ListPayments: ofAccount((accountId) => ({ accountId })),
  GetTopUpSettings: ofAccount((accountId) => ({ accountId })),
  SetTopUpSettings: ofAccount((accountId) => ({
    settings: { accountId, hasPaymentMethod: false, pausedReason: '' },
  })),
  FreezeAccount: operator('freezes accounts'),
  UnfreezeAccount: operator('lifts what froze them'),
  ListPaymentEvents: operator('looks after what the payment provider told'),
  RetryPaymentEvent: operator('looks after what the payment provider told'),
};

export function topUp(id: string, accountId: string): object {
  const amountNanoUsd = 10_000_000_000n;
  return { id, accountId, amountNanoUsd, successUrl: 'https://a.example/', cancelUrl: 'https://a.example/' };
}

const statements: Record<string, ScopedRpc | UnscopedRpc> = {
  ExportStatement: ofAccount((accountId) => ({ accountId, month: new Date().toISOString().slice(0, 7) })),
  ReportHouseLoss: operator('reads what the house bore'),
};

const deadLetters: Record<string, ScopedRpc | UnscopedRpc> = {
  ListDeadLetters: operator('looks after what could not be charged'),
  GetDeadLetter: operator('looks after what could not be charged'),
  ReplayDeadLetters: operator('looks after what could not be charged'),
};

const provider: Record<string, ScopedRpc | UnscopedRpc> = {
  Complete: { why: 'an adapter knows no tenants' },
  Exchange: { why: 'an adapter knows no tenants' },
};

/** Every RPC by service. */
export const rpcs: Record<string, Record<string, ScopedRpc | UnscopedRpc>> = {
  'tokenroute.auth.v1.AuthService': auth,
  'tokenroute.auth.v1.PeopleService': people,
  'tokenroute.billing.v1.BillingQueryService': billingQuery,
  'tokenroute.billing.v1.BillingAdminService': billingAdmin,
  'tokenroute.billing.v1.BillingPaymentsService': payments,
  'tokenroute.billing.v1.BillingStatementsService': statements,
  'tokenroute.billing.v1.BillingDeadLettersService': deadLetters,
  'tokenroute.provider.v1.ProviderService': provider,
};
