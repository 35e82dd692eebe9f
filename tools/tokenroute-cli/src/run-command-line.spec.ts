import { createServer } from 'node:net';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import {
  type Account,
  type ApiKey,
  AuthServiceService,
  BillingAdminServiceService,
  BillingQueryServiceService,
  type CreateKeyRequest,
  type GrantCreditRequest,
  type InvariantResult,
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
};
const key: ApiKey = {
  id: 'key-1',
  accountId: 'acc-1',
  name: 'default',
  display: 'sk-tr-…abcd',
  allowedModels: [],
};
const created: CreateKeyRequest[] = [];
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
    listModels: answer(() => ({
      models: [
        {
          id: 'gpt-4o',
          provider: 'openai',
          upstreamModel: 'gpt-4o-2024-11-20',
          ownedBy: 'openai',
          contextTokens: 128_000,
          maxOutputTokens: 16_384,
          capabilities: [],
          replacedBy: '',
          price: {
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
          },
        },
      ],
    })),
    getHold: answer(() => {
      throw { code: status.NOT_FOUND, details: 'no hold' };
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
  });
  server.addService(AuthServiceService, {
    createKey: answer((request: CreateKeyRequest) => {
      created.push(request);
      return { key, secret: 'sk-tr-secret' };
    }),
    listKeys: answer(() => ({ keys: [key] })),
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

describe('keys', () => {
  afterEach(() => {
    created.length = 0;
  });

  test('what is asked for is what is created', async () => {
    const { exitCode, json, messages } = await runJson(
      'key create --account acc-1 --name ci --rpm 60 --tpm 1000 --models gpt-4o,gpt-4o-* --expires 2099-01-01',
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
    ['account show', 'id'],
    ['account show a b', 'argument'],
    ['nonsense', 'nonsense'],
    ['', 'Usage'],
  ])('%s', async (line, named) => {
    const { exitCode, output, messages } = await run(line);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(messages).toContain(named);
  });
});

test.each(['--help', 'account create --help', 'credit grant --help', 'key create --help', 'ledger --help'])(
  '%s is an answer, not a failure',
  async (line) => {
    const { exitCode, output } = await run(line);
    expect(exitCode).toBe(0);
    expect(output).toContain('Usage: tokenroute');
  },
);

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
