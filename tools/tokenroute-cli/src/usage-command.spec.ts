import { PassThrough } from 'node:stream';
import { Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import {
  BillingQueryServiceService,
  type GetUsageRequest,
  type GetUsageResponse,
  UsageGrouping,
  type UsageSum,
} from '@tokenroute/contracts';
import { runCommandLine } from './run-command-line.js';

const sum: UsageSum = {
  requests: 3n,
  estimatedRequests: 1n,
  inputTokens: 9_007_199_254_740_993n,
  cachedInputTokens: 2n,
  cacheWrite5mTokens: 0n,
  cacheWrite1hTokens: 0n,
  audioInputTokens: 0n,
  outputTokens: 5n,
  reasoningTokens: 4n,
  costNanoUsd: 2n,
  chargedNanoUsd: 1n,
};
const asked: GetUsageRequest[] = [];

const server = new Server();
let billing = '';

beforeAll(async () => {
  server.addService(BillingQueryServiceService, {
    getUsage: ({ request }: { request: GetUsageRequest }, reply: sendUnaryData<GetUsageResponse>) => {
      asked.push(request);
      if (request.accountId !== 'acc-1') {
        reply({ code: status.NOT_FOUND, details: 'There is no account with this id.' });
        return;
      }
      const group = { beginsAt: new Date('2026-11-01T00:00Z'), keyId: '', model: 'gpt-4o', sum };
      const duration = { requests: 2n, p50Ms: 310, p95Ms: 900, p99Ms: 1200 };
      const firstToken = { requests: 1n, p50Ms: 120, p95Ms: 120, p99Ms: 120 };
      const telemetry = { requests: 4n, failed: 1n, cancelled: 1n, duration, firstToken };
      reply(null, { groups: [group], total: sum, telemetry });
    },
  } as unknown as typeof BillingQueryServiceService & Record<string, never>);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  billing = `127.0.0.1:${port}`;
});

afterEach(() => asked.splice(0));
afterAll(() => server.forceShutdown());

async function run(line: string) {
  const output = new PassThrough();
  const messages = new PassThrough();
  const addresses = { auth: undefined, billing };
  const exitCode = await runCommandLine(line.split(' '), { addresses, output, messages });
  return { exitCode, output: String(output.read() ?? ''), messages: String(messages.read() ?? '') };
}

test('usage is told with exact amounts and counts', async () => {
  const { exitCode, output } = await run(
    'usage acc-1 --by day,model --from 2026-11-01 --to 2026-11-02 --json',
  );
  expect(exitCode).toBe(0);
  const sumJson = {
    requests: '3',
    estimated_requests: '1',
    input_tokens: '9007199254740993',
    cached_input_tokens: '2',
    cache_write_5m_tokens: '0',
    cache_write_1h_tokens: '0',
    audio_input_tokens: '0',
    output_tokens: '5',
    reasoning_tokens: '4',
    cost_usd: '0.000000002',
    charged_usd: '0.000000001',
  };
  expect(JSON.parse(output)).toEqual({
    account_id: 'acc-1',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-02T00:00:00.000Z',
    groups: [{ begins_at: '2026-11-01T00:00:00.000Z', key_id: null, model: 'gpt-4o', ...sumJson }],
    total: sumJson,
    telemetry: {
      requests: '4',
      failed: '1',
      cancelled: '1',
      duration: { requests: '2', p50_ms: 310, p95_ms: 900, p99_ms: 1200 },
      first_token: { requests: '1', p50_ms: 120, p95_ms: 120, p99_ms: 120 },
    },
  });
  expect(asked[0]!.groupBy).toEqual([UsageGrouping.USAGE_GROUPING_DAY, UsageGrouping.USAGE_GROUPING_MODEL]);
});

test('as text it is a line for each group, and one for all together, then how they went', async () => {
  const { output } = await run('usage acc-1');
  expect(output.split('\n').map((line) => line.split('  ')[0])).toEqual([
    '2026-11-01 00:00',
    'together',
    '4 ended, 1 failed, 1 cancelled; p50 / p95 / p99: 310 / 900 / 1200 ms, first token 120 / 120 / 120 ms',
    '',
  ]);
});

test('without a range it is of the last seven days, whole hours', async () => {
  await run('usage acc-1');
  const { from, to } = asked[0]!;
  const hours = (to!.getTime() - from!.getTime()) / 3_600_000;
  expect([7 * 24, 7 * 24 + 1]).toContain(hours);
  expect(from!.getTime() % 3_600_000).toBe(0);
  expect(to!.getTime()).toBeGreaterThanOrEqual(Date.now() - 60_000);
});

test.each([
  ['usage acc-1 --by week', 2],
  ['usage acc-1 --from tomorrow', 2],
  ['usage acc-2', 4],
])('%s ends with %i', async (line, exitCode) => {
  expect((await run(line)).exitCode).toBe(exitCode);
});
