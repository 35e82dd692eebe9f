import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import {
  type Account,
  type AddPricePlanRequest,
  type AddPriceRequest,
  type ApiKey,
  AuthServiceService,
  BillingAdminServiceService,
  BillingQueryServiceService,
  type CreateKeyRequest,
  type GetHoldResponse,
  type GrantCreditRequest,
  type InvariantResult,
  type Model,
  type Price,
  type PutModelRequest,
  type RotateKeyRequest,
  type UpdateKeyRequest,
} from '@tokenroute/contracts';
import { runCommandLine } from './run-command-line.js';

// The services' contracts, answered in this process: what is tested here is the tool. The whole system is tested with
// the real services elsewhere.
const account: Account = {
  id: 'acc-1',
  email: 'a@example.com',
  balanceNanoUsd: 10_000_000_001n,
  heldNanoUsd: 500_000_000n,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  frozenReason: '',
};
const key: ApiKey = {
  id: 'key-1',
  accountId: 'acc-1',
  name: 'default',
  display: 'sk-tr-…abcd',
  allowedModels: [],
  disabled: false,
  createdBy: '',
  rotatedTo: '',
};
const price: Price = {
  id: 1n,
  rates: {
    inputPicoUsd: 2_500_000n,
    cachedInputPicoUsd: 1_250_000n,
    cacheWrite5mPicoUsd: 2_500_000n,
    cacheWrite1hPicoUsd: 2_500_000n,
    audioInputPicoUsd: 1n,
    outputPicoUsd: 10_000_000n,
  },
  longContextAboveTokens: 0,
  peakHours: '',
  peakPercent: 0,
  source: 'test',
  effectiveFrom: new Date('2026-01-01T00:00:00Z'),
};
const model: Model = {
  id: 'gpt-4o',
  provider: 'openai',
  upstreamModel: 'gpt-4o-2024-11-20',
  ownedBy: 'openai',
  contextTokens: 128_000,
  maxOutputTokens: 16_384,
  capabilities: [],
  replacedBy: '',
  price,
};
const open: GetHoldResponse = {
  id: 'req-1',
  accountId: 'acc-1',
  keyId: 'key-1',
  model: 'gpt-4o',
  state: 'held',
  amountNanoUsd: 2_000_000n,
  priceId: 1n,
  costNanoUsd: 0n,
  chargedNanoUsd: 0n,
  createdAt: new Date('2026-03-01T00:00:00Z'),
  items: [],
  price,
  entries: [],
  lossReason: '',
};
const settled: GetHoldResponse = {
  ...open,
  id: 'req-2',
  state: 'settled',
  costNanoUsd: 100_001n,
  chargedNanoUsd: 100_000n,
  usedAt: new Date('2026-03-01T00:00:01Z'),
  endedAt: new Date('2026-03-01T00:00:02Z'),
  usage: {
    inputTokens: 43,
    cachedInputTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 3,
    outputTokens: 0,
    reasoningTokens: 0,
    estimated: true,
  },
  items: [
    { kind: 'input', tokens: 40, picoUsdPerToken: 2_500_000n, picoUsd: 100_000_000n },
    { kind: 'audio_input', tokens: 3, picoUsdPerToken: 1n, picoUsd: 3n },
  ],
  entries: [
    { accountId: 'acc-1', accountKind: 'customer', amountNanoUsd: -100_000n },
    { accountId: 'house-1', accountKind: 'house-loss', amountNanoUsd: -1n },
    { accountId: 'house-2', accountKind: 'revenue', amountNanoUsd: 100_001n },
  ],
};
const holds = [open, settled];
const put: PutModelRequest[] = [];
const priced: AddPriceRequest[] = [];
let prices: Price[] = [];
const created: CreateKeyRequest[] = [];
const updated: UpdateKeyRequest[] = [];
const rotated: RotateKeyRequest[] = [];
const planned: AddPricePlanRequest[] = [];
const granted: GrantCreditRequest[] = [];
let invariants: InvariantResult[] = [];
let grantFails: { code: status; details: string } | undefined;

type Handler<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  reply: sendUnaryData<Response>,
) => void;

function answer<Request, Response>(respond: (request: Request) => Response): Handler<Request, Response> {
  return (call, reply) => {
    try {
      reply(null, respond(call.request));
    } catch (error) {
      reply(error as { code: status; details: string });
    }
  };
}

function knownAccount(id: string): { account: Account } {
  if (id !== account.id) throw { code: status.NOT_FOUND, details: `There is no account ${id}.` };
  return { account };
}

const server = new Server();
let address = '';

beforeAll(async () => {
  server.addService(BillingQueryServiceService, {
    getAccount: answer(({ id }: { id: string }) => knownAccount(id)),
    verifyLedger: answer(() => ({ invariants })),
    listModels: answer(() => ({ models: [model] })),
    listPrices: answer(({ model: id }: { model: string }) => {
      if (id !== model.id) throw { code: status.NOT_FOUND, details: `There is no model ${id}.` };
      return { prices };
    }),
    getHold: answer(({ id }: { id: string }) => {
      const hold = holds.find((known) => known.id === id);
      if (!hold) throw { code: status.NOT_FOUND, details: `There is no hold ${id}.` };
      return hold;
    }),
    quote: answer(() => {
      throw { code: status.UNIMPLEMENTED, details: 'no quotes here' };
    }),
  });
  server.addService(BillingAdminServiceService, {
    createAccount: answer(({ email, creditNanoUsd }: { email: string; creditNanoUsd: bigint }) => ({
      account: { ...account, email, balanceNanoUsd: creditNanoUsd, heldNanoUsd: 0n },
    })),
    grantCredit: answer((request: GrantCreditRequest) => {
      granted.push(request);
      if (grantFails) throw grantFails;
      return knownAccount(request.accountId);
    }),
    putModel: answer((request: PutModelRequest) => {
      put.push(request);
      if (request.model?.provider === 'nobody')
        throw { code: status.INVALID_ARGUMENT, details: 'provider: not one.' };
      return { model: { ...model, ...(request.model?.id !== model.id && { price: undefined }) } };
    }),
    addPricePlan: answer((request: AddPricePlanRequest) => {
      planned.push(request);
      return { plan: { ...request, id: 3n } };
    }),
    listPricePlans: answer(() => ({ plans: [] })),
    addPrice: answer((request: AddPriceRequest) => {
      priced.push(request);
      return { price };
    }),
  });
  server.addService(AuthServiceService, {
    createKey: answer((request: CreateKeyRequest) => {
      created.push(request);
      return { key, secret: 'sk-tr-secret' };
    }),
    listKeys: answer(() => ({ keys: [key] })),
    updateKey: answer((request: UpdateKeyRequest) => {
      updated.push(request);
      return { key };
    }),
    rotateKey: answer((request: RotateKeyRequest) => {
      rotated.push(request);
      return { key, secret: 'sk-tr-next', oldKey: key };
    }),
    listKeyEvents: answer(() => ({
      events: [
        {
          kind: 'updated',
          at: new Date('2026-02-01T00:00:00Z'),
          author: { name: 'ann', address: '' },
          detail: '{"name":"x"}',
        },
      ],
    })),
    revokeKey: answer(({ id }: { id: string }) => {
      if (id !== key.id) throw { code: status.NOT_FOUND, details: `There is no key ${id}.` };
      return { key: { ...key, revokedAt: new Date('2026-02-01T00:00:00Z') } };
    }),
    validateKey: answer(() => ({ result: undefined })),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  address = `127.0.0.1:${port}`;
});

afterAll(() => server.forceShutdown());

async function run(
  line: string,
  addresses = { auth: address as string | undefined, billing: address as string | undefined },
) {
  const output = new PassThrough();
  const messages = new PassThrough();
  const exitCode = await runCommandLine(line.split(' ').filter(Boolean), { addresses, output, messages });
  const written = (stream: PassThrough) => String(stream.read() ?? '');
  return { exitCode, output: written(output), messages: written(messages) };
}

async function runJson(line: string) {
  const result = await run(`${line} --json`);
  return { ...result, json: JSON.parse(result.output) as Record<string, unknown> };
}

describe('accounts', () => {
  test('amounts are shown as exact decimals', async () => {
    const { exitCode, json } = await runJson('account show acc-1');
    expect(exitCode).toBe(0);
    expect(json).toEqual({
      id: 'acc-1',
      email: 'a@example.com',
      balance_usd: '10.000000001',
      held_usd: '0.50',
      available_usd: '9.500000001',
      created_at: '2026-01-01T00:00:00.000Z',
    });
  });

  test('without --json the result is text', async () => {
    const { output } = await run('account show acc-1');
    expect(output).toContain('available  9.500000001 USD\n');
  });

  test('--json counts wherever it stands', async () => {
    expect((await run('--json account show acc-1')).output).toBe(
      (await run('account --json show acc-1')).output,
    );
  });

  test('an account starts with the credit asked for, to the nano-USD', async () => {
    const { json } = await runJson('account create --email b@example.com --credit 0.000000007');
    expect(json).toMatchObject({ id: 'acc-1', email: 'b@example.com', balance_usd: '0.000000007' });
  });

  test('an account starts with nothing when no credit is asked for', async () => {
    expect((await runJson('account create --email b@example.com')).json).toMatchObject({
      balance_usd: '0.00',
    });
  });

  test('an unknown account ends with 4', async () => {
    const { exitCode, output, messages } = await run('account show acc-2 --json');
    expect({ exitCode, output }).toEqual({ exitCode: 4, output: '' });
    expect(messages).toContain('There is no account acc-2.');
  });
});

describe('credit', () => {
  afterEach(() => {
    granted.length = 0;
    grantFails = undefined;
  });

  test('two grants are two grants', async () => {
    await run('credit grant acc-1 --usd 1');
    await run('credit grant acc-1 --usd 1');
    expect(granted.map(({ amountNanoUsd }) => amountNanoUsd)).toEqual([1_000_000_000n, 1_000_000_000n]);
    expect(granted[0]?.grantId).not.toBe(granted[1]?.grantId);
  });

  test('the result names the grant', async () => {
    const { json } = await runJson('credit grant acc-1 --usd 2.5');
    expect(json).toMatchObject({ id: 'acc-1', grant_id: granted[0]?.grantId, granted_usd: '2.50' });
  });

  test('a grant that got no answer can be repeated with the same id', async () => {
    grantFails = { code: status.UNAVAILABLE, details: 'gone' };
    const failed = await run('credit grant acc-1 --usd 1');
    expect(failed.exitCode).toBe(3);
    const [repeat] = /--grant-id \S+/.exec(failed.messages) ?? [];
    grantFails = undefined;
    await run(`credit grant acc-1 --usd 1 ${repeat}`);
    expect(granted[0]?.grantId).toBe(granted[1]?.grantId);
  });
});

describe('a refused grant', () => {
  afterEach(() => {
    grantFails = undefined;
  });

  test('is told with its reason and without doubt', async () => {
    grantFails = { code: status.ALREADY_EXISTS, details: 'this id was used for another grant' };
    const { exitCode, messages } = await run('credit grant acc-1 --usd 1');
    expect({ exitCode, messages }).toEqual({
      exitCode: 5,
      messages: 'tokenroute: this id was used for another grant\n',
    });
  });
});

describe('price plans', () => {
  test('take a percentage to two decimals', async () => {
    const { json } = await runJson('price-plan add acc-1 --percent 87.25 --model gpt-4o --operator ann');
    expect(planned.at(-1)).toMatchObject({
      ...{ accountId: 'acc-1', model: 'gpt-4o', basisPoints: 8_725, reason: 'entered by ann' },
    });
    expect(json).toMatchObject({ id: '3', percent: '87.25', model: 'gpt-4o' });
    expect((await run('price-plan add acc-1 --percent 87.251')).exitCode).toBe(2);
  });

  test('an account without one pays list prices', async () => {
    expect((await run('price-plan list acc-1')).output).toBe('no price plans: list prices\n');
  });
});

describe('keys', () => {
  afterEach(() => {
    created.length = 0;
  });

  test('what is asked for is what is created', async () => {
    const { exitCode, json, messages } = await runJson(
      'key create --account acc-1 --name ci --rpm 60 --tpm 1000 --models gpt-4o,gpt-4o-* --expires 2099-01-01 ' +
        '--budget 12.5 --operator ann',
    );
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ id: 'key-1', secret: 'sk-tr-secret', account_id: 'acc-1' });
    expect(messages).toContain('cannot be shown again');
    expect(created).toEqual([
      {
        accountId: 'acc-1',
        name: 'ci',
        requestsPerMinute: 60,
        tokensPerMinute: 1000,
        allowedModels: ['gpt-4o', 'gpt-4o-*'],
        expiresAt: new Date('2099-01-01T00:00:00Z'),
        monthlyBudgetNanoUsd: 12_500_000_000n,
        author: { name: 'ann', address: '' },
      },
    ]);
  });

  test('limits that are not asked for stay absent', async () => {
    await run('key create --account acc-1');
    expect(created[0]).toMatchObject({ name: 'default', allowedModels: [] });
    expect(created[0]?.requestsPerMinute).toBeUndefined();
    expect(created[0]?.tokensPerMinute).toBeUndefined();
    expect(created[0]?.expiresAt).toBeUndefined();
  });

  test('an update names what it changes; none takes a limit away', async () => {
    await run('key update key-1 --rpm 5 --tpm none --budget 0 --models none --disable --operator ann');
    expect(updated.at(-1)).toMatchObject({
      key: { id: 'key-1', requestsPerMinute: 5, monthlyBudgetNanoUsd: 0n, allowedModels: [], disabled: true },
      fields: [
        'requests_per_minute',
        'tokens_per_minute',
        'monthly_budget_nano_usd',
        'allowed_models',
        'disabled',
      ],
      author: { name: 'ann' },
    });
    expect(updated.at(-1)!.key!.tokensPerMinute).toBeUndefined();
    await run('key update key-1 --enable');
    expect(updated.at(-1)).toMatchObject({ key: { disabled: false }, fields: ['disabled'] });
  });

  test('an update of nothing is wrong usage', async () => {
    expect((await run('key update key-1')).exitCode).toBe(2);
  });

  test('a rotation shows the new secret once', async () => {
    const { json } = await runJson('key rotate key-1 --overlap 12h');
    expect(json).toMatchObject({ secret: 'sk-tr-next' });
    expect(rotated.at(-1)).toMatchObject({ id: 'key-1', overlapSeconds: 43_200 });
    expect((await run('key rotate key-1 --overlap soon')).exitCode).toBe(2);
  });

  test('its history says who changed what', async () => {
    const { output } = await run('key events key-1');
    expect(output).toBe('2026-02-01T00:00:00.000Z  updated by ann: {"name":"x"}\n');
  });

  test('no key is created for an account that does not exist', async () => {
    expect((await run('key create --account acc-2')).exitCode).toBe(4);
    expect(created).toEqual([]);
  });

  test('a list shows no secret', async () => {
    const { json } = await runJson('key list --account acc-1');
    expect(json).toEqual({
      keys: [expect.objectContaining({ id: 'key-1', display: 'sk-tr-…abcd', rpm: null })],
    });
    expect(JSON.stringify(json)).not.toContain('secret');
  });

  test('a revoked key says since when', async () => {
    expect((await runJson('key revoke key-1')).json).toMatchObject({
      revoked_at: '2026-02-01T00:00:00.000Z',
    });
  });

  test('revoking an unknown key ends with 4', async () => {
    expect((await run('key revoke key-2')).exitCode).toBe(4);
  });
});

describe('the ledger', () => {
  test('a sound ledger ends with 0', async () => {
    invariants = [{ invariant: 'entries sum to zero', violations: 0, rows: [] }];
    const { exitCode, json } = await runJson('ledger verify');
    expect({ exitCode, json }).toEqual({ exitCode: 0, json: { ok: true, invariants } });
  });

  test('a broken invariant ends with 1 and shows the rows', async () => {
    invariants = [
      { invariant: 'entries sum to zero', violations: 0, rows: [] },
      {
        invariant: 'held is covered',
        violations: 2,
        rows: ['{"account_id":"acc-1","sum":9007199254740993}', 'not json'],
      },
    ];
    const { exitCode, json, messages } = await runJson('ledger verify');
    expect(exitCode).toBe(1);
    expect(json).toEqual({
      ok: false,
      invariants: [
        { invariant: 'entries sum to zero', violations: 0, rows: [] },
        {
          invariant: 'held is covered',
          violations: 2,
          rows: [{ account_id: 'acc-1', sum: '9007199254740993' }, 'not json'],
        },
      ],
    });
    expect(messages).toContain('1 of 2 invariants are broken');
  });

  test('a proof that checked nothing does not pass', async () => {
    invariants = [];
    expect((await run('ledger verify')).exitCode).toBe(6);
  });
});

test('prices are exact per million tokens', async () => {
  const { json } = await runJson('model list');
  expect(json).toMatchObject({
    models: [
      {
        id: 'gpt-4o',
        price: {
          input_usd_per_million: '2.50',
          output_usd_per_million: '10.00',
          audio_input_usd_per_million: '0.000001',
        },
      },
    ],
  });
});

describe('models', () => {
  beforeEach(() => {
    put.length = 0;
  });

  test('only what is given is set, by the name of its field', async () => {
    const { exitCode, json } = await runJson('model put gpt-4o --upstream gpt-4o-2025-05-01 --operator ann');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ id: 'gpt-4o', price: { id: '1' } });
    expect(put).toEqual([
      expect.objectContaining({
        model: expect.objectContaining({ id: 'gpt-4o', upstreamModel: 'gpt-4o-2025-05-01' }),
        fields: ['upstream_model'],
        operator: 'ann',
      }),
    ]);
  });

  test('everything can be set at once', async () => {
    await run(
      'model put new --provider openai --upstream new-1 --owned-by acme --context 1000 --max-output 100 ' +
        '--capabilities image,tools --deprecated-at 2030-01-01 --replaced-by gpt-4o',
    );
    expect(put[0]?.model).toMatchObject({
      id: 'new',
      provider: 'openai',
      upstreamModel: 'new-1',
      ownedBy: 'acme',
      contextTokens: 1_000,
      maxOutputTokens: 100,
      capabilities: ['image', 'tools'],
      deprecatedAt: new Date('2030-01-01T00:00:00Z'),
      replacedBy: 'gpt-4o',
    });
    expect(put[0]?.fields).toHaveLength(8);
  });

  test('none empties what may be empty', async () => {
    await run('model put gpt-4o --capabilities none --deprecated-at none --replaced-by none');
    expect(put[0]?.fields).toEqual(['capabilities', 'deprecated_at', 'replaced_by']);
    expect(put[0]?.model).toMatchObject({ capabilities: [], deprecatedAt: undefined, replacedBy: '' });
  });

  test('the operator is the user of this machine unless named', async () => {
    await run('model put gpt-4o --owned-by acme');
    expect(put[0]?.operator).toBe(userInfo().username);
  });

  test('a model without a price is said not to be on offer', async () => {
    expect((await run('model put new --owned-by acme')).messages).toContain('price add new');
    expect((await run('model put gpt-4o --owned-by acme')).messages).toBe('');
  });

  test('what billing refuses ends with 5 and is told', async () => {
    const { exitCode, output, messages } = await run('model put gpt-4o --provider nobody');
    expect({ exitCode, output }).toEqual({ exitCode: 5, output: '' });
    expect(messages).toContain('provider: not one.');
  });
});

describe('prices', () => {
  beforeEach(() => {
    priced.length = 0;
    prices = [];
  });

  test('a price is sent exactly; what is not given is left to billing', async () => {
    const { json } = await runJson('price add gpt-4o --input 2.50 --output 0.000001 --operator ann');
    expect(json).toMatchObject({ model: 'gpt-4o', id: '1', input_usd_per_million: '2.50', source: 'test' });
    expect(priced).toEqual([
      {
        model: 'gpt-4o',
        rates: { inputPicoUsd: 2_500_000n, outputPicoUsd: 1n },
        longContextAboveTokens: 0,
        peakHours: '',
        peakPercent: 0,
        source: 'entered by ann',
        operator: 'ann',
      },
    ]);
  });

  test('every part of a price has its option', async () => {
    await run(
      'price add gpt-4o --input 1 --output 2 --cached-input 0 --cache-write-5m 4 --cache-write-1h 5 --audio-input 6 ' +
        '--long-context-above 200000 --long-input 11 --long-output 12 --long-cached-input 13 ' +
        '--long-cache-write-5m 14 --long-cache-write-1h 15 --long-audio-input 16 ' +
        '--peak-hours Mon-Fri_01:00-04:00 --peak-percent 200 --effective-from 2030-01-01T00:00Z --source page',
    );
    expect(priced[0]).toMatchObject({
      rates: {
        inputPicoUsd: 1_000_000n,
        outputPicoUsd: 2_000_000n,
        cachedInputPicoUsd: 0n,
        cacheWrite5mPicoUsd: 4_000_000n,
        cacheWrite1hPicoUsd: 5_000_000n,
        audioInputPicoUsd: 6_000_000n,
      },
      longContextRates: {
        inputPicoUsd: 11_000_000n,
        outputPicoUsd: 12_000_000n,
        cachedInputPicoUsd: 13_000_000n,
        cacheWrite5mPicoUsd: 14_000_000n,
        cacheWrite1hPicoUsd: 15_000_000n,
        audioInputPicoUsd: 16_000_000n,
      },
      longContextAboveTokens: 200_000,
      peakHours: 'Mon-Fri_01:00-04:00',
      peakPercent: 200,
      effectiveFrom: new Date('2030-01-01T00:00:00Z'),
      source: 'page',
    });
  });

  test('a list says which price is in force', async () => {
    const at = (effectiveFrom: string) => ({ ...price, effectiveFrom: new Date(effectiveFrom) });
    prices = [at('2999-01-01'), at('2026-02-01'), at('2026-01-01')];
    const { json } = await runJson('price list gpt-4o');
    expect((json['prices'] as { state: string }[]).map(({ state }) => state)).toEqual([
      'to come',
      'in force',
      'past',
    ]);
    expect((await run('price list gpt-4o')).output).toContain('2.50 in, 10.00 out');
  });

  test('the prices of an unknown model end with 4', async () => {
    expect((await run('price list nobody')).exitCode).toBe(4);
  });
});

describe('a receipt', () => {
  test('shows what was used, its exact price and the entries behind it', async () => {
    const { json } = await runJson('receipt req-2');
    expect(json).toEqual({
      id: 'req-2',
      account_id: 'acc-1',
      key_id: 'key-1',
      model: 'gpt-4o',
      state: 'settled',
      created_at: '2026-03-01T00:00:00.000Z',
      used_at: '2026-03-01T00:00:01.000Z',
      ended_at: '2026-03-01T00:00:02.000Z',
      hold_usd: '0.002',
      cost_usd: '0.000100001',
      charged_usd: '0.0001',
      usage: {
        input_tokens: 43,
        cached_input_tokens: 0,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        audio_input_tokens: 3,
        output_tokens: 0,
        reasoning_tokens: 0,
        estimated: true,
      },
      items: [
        { kind: 'input', tokens: 40, usd_per_million: '2.50', usd: '0.0001' },
        { kind: 'audio_input', tokens: 3, usd_per_million: '0.000001', usd: '0.000000000003' },
      ],
      price: expect.objectContaining({ id: '1', input_usd_per_million: '2.50' }),
      price_plan: null,
      house_loss_reason: null,
      entries: [
        { account_id: 'acc-1', account_kind: 'customer', amount_usd: '-0.0001', created_at: null },
        { account_id: 'house-1', account_kind: 'house-loss', amount_usd: '-0.000000001', created_at: null },
        { account_id: 'house-2', account_kind: 'revenue', amount_usd: '0.000100001', created_at: null },
      ],
    });
  });

  test('for people: every item and every entry on its line', async () => {
    const { output } = await run('receipt req-2');
    expect(output).toContain('held        0.002 USD');
    expect(output).toContain('2.50 in, 10.00 out');
    expect(output).toContain('(estimated)');
    expect(output).toContain('item        40 input at 2.50 = 0.0001 USD\n');
    expect(output).toContain('cost        0.000100001 USD, charged 0.0001 USD\n');
    expect(output).toContain('entry       -0.0001 USD customer acc-1\n');
  });

  test('of a request under way tells no cost', async () => {
    const { json } = await runJson('receipt req-1');
    expect(json).toMatchObject({
      state: 'held',
      hold_usd: '0.002',
      cost_usd: null,
      usage: null,
      entries: [],
    });
    expect((await run('receipt req-1')).output).not.toContain('cost');
  });

  test('of an unknown request ends with 4', async () => {
    expect((await run('receipt req-3')).exitCode).toBe(4);
  });
});

describe('wrong usage ends with 2, names the option, and prints nothing on standard output', () => {
  test.each([
    ['account create --email nobody', '--email'],
    ['account create --credit 1', '--email'],
    ['account create --email a@b --credit 0.0000000001', '--credit'],
    ['credit grant acc-1 --usd 0', '--usd'],
    ['credit grant acc-1 --usd 1 --grant-id 7', '--grant-id'],
    ['key create --account acc-1 --rpm 0', '--rpm'],
    ['key create --account acc-1 --tpm many', '--tpm'],
    ['key create --account acc-1 --models a,,b', '--models'],
    ['key create --account acc-1 --expires yesterday', '--expires'],
    ['key create --account acc-1 --colour red', '--colour'],
    ['model put gpt-4o', '--upstream'],
    ['model put gpt-4o --context 0', '--context'],
    ['model put gpt-4o --deprecated-at someday', '--deprecated-at'],
    ['price add gpt-4o --input 1', '--output'],
    ['price add gpt-4o --input 1 --output 0.0000001', '--output'],
    ['price add gpt-4o --input 1 --output 1 --effective-from someday', '--effective-from'],
    ['account show', 'id'],
    ['receipt', 'id'],
    ['account show a b', 'argument'],
    ['nonsense', 'nonsense'],
    ['', 'Usage'],
  ])('%s', async (line, named) => {
    const { exitCode, output, messages } = await run(line);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(messages).toContain(named);
  });
});

test.each([
  '--help',
  'account create --help',
  'credit grant --help',
  'key create --help',
  'model put --help',
  'price add --help',
  'ledger --help',
  'receipt --help',
])('%s is an answer, not a failure', async (line) => {
  const { exitCode, output } = await run(line);
  expect(exitCode).toBe(0);
  expect(output).toContain('Usage: tokenroute');
});

test('a service that is not there ends with 3', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as { port: number };
  listener.close();
  await once(listener, 'close');
  const { exitCode, messages } = await run('model list', { auth: undefined, billing: `127.0.0.1:${port}` });
  expect(exitCode).toBe(3);
  expect(messages).toContain('npm start');
});

test('a service nobody gave the address of ends with 3 and names the variable', async () => {
  const { exitCode, messages } = await run('key revoke key-1', { auth: undefined, billing: address });
  expect(exitCode).toBe(3);
  expect(messages).toContain('AUTH_ADDRESS');
});
