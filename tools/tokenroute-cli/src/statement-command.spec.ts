import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import {
  BillingStatementsServiceService,
  type ExportStatementRequest,
  type ExportStatementResponse,
  type ReportHouseLossRequest,
  type ReportHouseLossResponse,
  type StatementLine,
} from '@tokenroute/contracts';
import { runCommandLine } from './run-command-line.js';

type Part = NonNullable<ExportStatementResponse['part']>;

const lines: StatementLine[] = [
  {
    at: new Date('2026-11-02T00:00:00Z'),
    kind: 'top-up',
    transactionId: 'tx-1',
    amountNanoUsd: 5_000_000_000n,
    balanceNanoUsd: 6_000_000_000n,
  },
  {
    at: new Date('2026-11-03T00:00:00.123Z'),
    kind: 'charge',
    transactionId: 'req-1',
    amountNanoUsd: -1n,
    balanceNanoUsd: 5_999_999_999n,
    charge: {
      // An operator may call a model what he likes.
      model: '=HYPERLINK("x")',
      keyId: 'key-1',
      usage: {
        inputTokens: 7,
        cachedInputTokens: 2,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        audioInputTokens: 0,
        outputTokens: 3,
        reasoningTokens: 1,
        estimated: false,
      },
      costNanoUsd: 2n,
      chargedNanoUsd: 1n,
    },
  },
];
const whole: Part[] = [
  {
    $case: 'header',
    value: {
      accountId: 'acc-1',
      month: '2026-11',
      beginsAt: new Date('2026-11-01T00:00:00Z'),
      endsAt: new Date('2026-12-01T00:00:00Z'),
      snapshotAt: new Date('2026-12-05T00:00:00Z'),
      openingNanoUsd: 1_000_000_000n,
    },
  },
  { $case: 'page', value: { lines: lines.slice(0, 1) } },
  { $case: 'page', value: { lines: lines.slice(1) } },
  {
    $case: 'footer',
    value: {
      lines: 2n,
      totals: [
        { kind: 'charge', lines: 1n, amountNanoUsd: -1n },
        { kind: 'top-up', lines: 1n, amountNanoUsd: 5_000_000_000n },
      ],
      closingNanoUsd: 5_999_999_999n,
    },
  },
];
let parts: Part[] = whole;
let breaksWith: { code: status; details: string } | undefined;
const sinces: (Date | undefined)[] = [];
let loss: ReportHouseLossResponse;

const server = new Server();
let billing = '';
let folder = '';

beforeAll(async () => {
  server.addService(BillingStatementsServiceService, {
    exportStatement: (call: ServerWritableStream<ExportStatementRequest, ExportStatementResponse>) => {
      if (call.request.accountId !== 'acc-1') {
        call.emit('error', { code: status.NOT_FOUND, details: 'There is no account with this id.' });
        return;
      }
      for (const part of parts) call.write({ part });
      if (breaksWith) call.emit('error', breaksWith);
      else call.end();
    },
    reportHouseLoss: (
      { request }: { request: ReportHouseLossRequest },
      reply: sendUnaryData<ReportHouseLossResponse>,
    ) => {
      sinces.push(request.since);
      reply(null, loss);
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  billing = `127.0.0.1:${port}`;
  folder = await mkdtemp(join(tmpdir(), 'statement-'));
});

afterEach(() => {
  parts = whole;
  breaksWith = undefined;
});

afterAll(async () => {
  server.forceShutdown();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]) {
  const output = new PassThrough();
  const messages = new PassThrough();
  const exitCode = await runCommandLine(args, { addresses: { auth: undefined, billing }, output, messages });
  const written = (stream: PassThrough) => String(stream.read() ?? '');
  return { exitCode, output: written(output), messages: written(messages) };
}

const csv = [
  'time,kind,id,model,key_id,input_tokens,cached_input_tokens,cache_write_5m_tokens,cache_write_1h_tokens,' +
    'audio_input_tokens,output_tokens,reasoning_tokens,usage_estimated,cost_usd,charged_usd,amount_usd,balance_usd,total_usd',
  '2026-11-01T00:00:00.000Z,opening-balance,,,,,,,,,,,,,,,1.00,',
  '2026-11-02T00:00:00.000Z,top-up,tx-1,,,,,,,,,,,,,5.00,6.00,',
  `2026-11-03T00:00:00.123Z,charge,req-1,"'=HYPERLINK(""x"")",key-1,7,2,0,0,0,3,1,false,0.000000002,0.000000001,-0.000000001,5.999999999,`,
  '2026-12-01T00:00:00.000Z,total:charge,,,,,,,,,,,,,,,,-0.000000001',
  '2026-12-01T00:00:00.000Z,total:top-up,,,,,,,,,,,,,,,,5.00',
  '2026-12-01T00:00:00.000Z,closing-balance,,,,,,,,,,,,,,,5.999999999,',
  '',
].join('\r\n');

describe('statement', () => {
  test('is a table that begins and ends with the balance', async () => {
    expect(await run('statement', 'acc-1', '2026-11')).toEqual({ exitCode: 0, output: csv, messages: '' });
  });

  test('as JSON has exact amounts, and the lines between the balances', async () => {
    const { exitCode, output } = await run('statement', 'acc-1', '2026-11', '--format', 'json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual({
      account_id: 'acc-1',
      month: '2026-11',
      begins_at: '2026-11-01T00:00:00.000Z',
      ends_at: '2026-12-01T00:00:00.000Z',
      snapshot_at: '2026-12-05T00:00:00.000Z',
      is_final: true,
      opening_balance_usd: '1.00',
      lines: [
        {
          at: '2026-11-02T00:00:00.000Z',
          kind: 'top-up',
          id: 'tx-1',
          amount_usd: '5.00',
          balance_usd: '6.00',
        },
        {
          at: '2026-11-03T00:00:00.123Z',
          kind: 'charge',
          id: 'req-1',
          model: '=HYPERLINK("x")',
          key_id: 'key-1',
          usage: expect.objectContaining({ input_tokens: 7, estimated: false }),
          cost_usd: '0.000000002',
          charged_usd: '0.000000001',
          amount_usd: '-0.000000001',
          balance_usd: '5.999999999',
        },
      ],
      totals: [
        { kind: 'charge', lines: '1', amount_usd: '-0.000000001' },
        { kind: 'top-up', lines: '1', amount_usd: '5.00' },
      ],
      closing_balance_usd: '5.999999999',
    });
    expect((await run('statement', 'acc-1', '2026-11', '--json')).output).toBe(output);
  });

  test('without a line is still whole', async () => {
    parts = [whole[0]!, whole.at(-1)!];
    const { output } = await run('statement', 'acc-1', '2026-11', '--json');
    expect((JSON.parse(output) as { lines: unknown[] }).lines).toEqual([]);
  });

  test('goes to a file that is there only when all of it is', async () => {
    const file = join(folder, 'statement.csv');
    breaksWith = { code: status.INTERNAL, details: 'gone' };
    const broken = await run('statement', 'acc-1', '2026-11', '--out', file);
    expect([broken.exitCode, broken.output]).toEqual([6, '']);
    expect(await readdir(folder)).toEqual([]);
    breaksWith = undefined;
    expect(await run('statement', 'acc-1', '2026-11', '--out', file)).toMatchObject({
      exitCode: 0,
      output: '',
    });
    expect(await readdir(folder)).toEqual(['statement.csv']);
    expect(await readFile(file, 'utf8')).toBe(csv);
  });

  test('that ends without its footer is a failure', async () => {
    parts = whole.slice(0, -1);
    const { exitCode, messages } = await run('statement', 'acc-1', '2026-11');
    expect([exitCode, messages]).toEqual([6, 'tokenroute: the statement broke off\n']);
  });

  test('of an unknown account, into a place that is none, or of no month says so', async () => {
    expect(await run('statement', 'acc-2', '2026-11')).toMatchObject({
      exitCode: 4,
      messages: 'tokenroute: There is no account with this id.\n',
    });
    const nowhere = join(folder, 'none', 'statement.csv');
    expect(await run('statement', 'acc-1', '2026-11', '--out', nowhere)).toMatchObject({
      exitCode: 2,
      messages: expect.stringContaining(`${nowhere} cannot be written`),
    });
    expect(await run('statement', 'acc-1', '2026-13')).toMatchObject({
      exitCode: 2,
      messages: expect.stringContaining('It must be a month such as 2026-11.'),
    });
  });
});

describe('house-loss', () => {
  beforeEach(() => {
    loss = {
      totals: [
        { reason: 'above-hold', transactions: 2n, amountNanoUsd: 9_007_199_254_740_993n },
        { reason: 'hold-lost', transactions: 1n, amountNanoUsd: 7n },
      ],
      expiredHolds: 3n,
      expiredHoldsNanoUsd: 700n,
    };
  });

  test('sums by reason and tells the most that nobody told of', async () => {
    const { output } = await run('house-loss', '--since', '2026-11-01', '--json');
    expect(JSON.parse(output)).toEqual({
      since: '2026-11-01T00:00:00.000Z',
      total_usd: '9007199.254741',
      reasons: [
        { reason: 'above-hold', transactions: '2', amount_usd: '9007199.254740993' },
        { reason: 'hold-lost', transactions: '1', amount_usd: '0.000000007' },
      ],
      expired_holds: '3',
      expired_holds_at_most_usd: '0.0000007',
    });
    expect(sinces.at(-1)).toEqual(new Date('2026-11-01T00:00:00Z'));
  });

  test('from the beginning unless it is said from when, which is in the past', async () => {
    expect((await run('house-loss')).output).toContain(
      'expired, unsettled   at most 0.0000007 USD in 3 holds\n',
    );
    expect(sinces.at(-1)).toBeUndefined();
    await run('house-loss', '--since', '30d');
    expect(Math.round((Date.now() - sinces.at(-1)!.getTime()) / 86_400_000)).toBe(30);
    expect((await run('house-loss', '--since', '2999-01-01')).exitCode).toBe(2);
  });
});
