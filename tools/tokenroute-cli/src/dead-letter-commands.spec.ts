import { PassThrough } from 'node:stream';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import {
  BillingDeadLettersServiceService,
  type DeadLetter,
  type ListDeadLettersRequest,
} from '@tokenroute/contracts';
import { runCommandLine } from './run-command-line.js';

const letterOf = (id: number): DeadLetter => ({
  id: BigInt(id),
  receivedAt: new Date('2026-01-01T00:00:00Z'),
  reason: 'unknown-price',
  payload: Buffer.from('78'),
  attempts: 1,
  outcome: '',
  settlements: [
    { holdId: `req-${id}`, accountId: 'acc-1', keyId: '', model: 'm', priceId: 9n, usedAtUnixMs: 1n },
  ],
});

const letters = new Map<bigint, DeadLetter>();
const listed: ListDeadLettersRequest[] = [];
const replayed: bigint[][] = [];
/** Those that billing refuses again. */
let refused: bigint[] = [];

type Call<Request> = { request: Request };

const uncharged = () => [...letters.values()].filter(({ outcome }) => outcome !== 'charged');

const server = new Server();
let billing = '';

beforeAll(async () => {
  server.addService(BillingDeadLettersServiceService, {
    listDeadLetters: ({ request }: Call<ListDeadLettersRequest>, reply: sendUnaryData<unknown>) => {
      listed.push(request);
      const { beforeId, limit } = request;
      const older = uncharged().filter(({ id }) => beforeId === 0n || id < beforeId);
      reply(null, { letters: older.reverse().slice(0, limit), uncharged: uncharged().length });
    },
    getDeadLetter: (call: ServerUnaryCall<{ id: bigint }, unknown>, reply: sendUnaryData<unknown>) => {
      const letter = letters.get(call.request.id);
      if (letter) reply(null, { letter });
      else reply({ code: status.NOT_FOUND, details: `There is no dead letter ${call.request.id}.` });
    },
    replayDeadLetters: ({ request }: Call<{ ids: bigint[] }>, reply: sendUnaryData<unknown>) => {
      replayed.push(request.ids);
      for (const id of request.ids) {
        const outcome = refused.includes(id) ? 'conflict' : 'charged';
        letters.set(id, { ...letters.get(id)!, outcome, attempts: 2, replayedAt: new Date(0) });
      }
      reply(null, { letters: request.ids.map((id) => letters.get(id)!) });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  billing = `127.0.0.1:${port}`;
});

afterAll(() => server.forceShutdown());

beforeEach(() => {
  letters.clear();
  for (let id = 1; id <= 3; id += 1) letters.set(BigInt(id), letterOf(id));
  listed.length = 0;
  replayed.length = 0;
  refused = [];
});

async function run(line: string) {
  const output = new PassThrough();
  const messages = new PassThrough();
  const addresses = { auth: undefined, billing };
  const exitCode = await runCommandLine(line.split(' '), { addresses, output, messages });
  return { exitCode, output: String(output.read() ?? ''), messages: String(messages.read() ?? '') };
}

async function runJson(line: string) {
  const { exitCode, output } = await run(`${line} --json`);
  return { exitCode, json: JSON.parse(output) as { letters: { id: string }[] } & Record<string, unknown> };
}

test('they are counted and listed from the newest', async () => {
  const { json } = await runJson('dead-letters list --limit 2');
  expect(json).toMatchObject({ uncharged: 3, letters: [{ id: '3' }, { id: '2' }] });
  await run('dead-letters list --before 2 --charged');
  expect(listed[1]).toMatchObject({ withCharged: true, beforeId: 2n, limit: 100 });
});

test('one is shown with what it says and as it came', async () => {
  expect((await runJson('dead-letters show 2')).json).toEqual({
    id: '2',
    received_at: '2026-01-01T00:00:00.000Z',
    reason: 'unknown-price',
    attempts: 1,
    replayed_at: null,
    outcome: null,
    settlements: [
      { request_id: 'req-2', account_id: 'acc-1', key_id: null, model: 'm', price_id: '9', usage: null },
    ],
    payload_base64: Buffer.from('78').toString('base64'),
  });
  expect((await run('dead-letters show 2')).output).toContain('request req-2, account acc-1');
});

test('one that there is not ends with 4', async () => {
  expect(await run('dead-letters show 9')).toMatchObject({ exitCode: 4, output: '' });
});

test('those named are replayed, and no others', async () => {
  const { exitCode, json } = await runJson('dead-letters replay 1 3');
  expect({ exitCode, replayed }).toEqual({ exitCode: 0, replayed: [[1n, 3n]] });
  expect(json).toMatchObject({ replayed: 2, charged: 2 });
});

test('all are replayed once each, also when there are more than one page and some are refused again', async () => {
  for (let id = 4; id <= 250; id += 1) letters.set(BigInt(id), letterOf(id));
  refused = [10n, 240n];
  const { exitCode, output, messages } = await run('dead-letters replay --all --json');
  expect(JSON.parse(output)).toMatchObject({ replayed: 250, charged: 248 });
  expect({ exitCode, messages }).toEqual({ exitCode: 1, messages: 'tokenroute: 2 of 250 are not charged\n' });
  expect(replayed.flat().sort((a, b) => Number(a - b))).toEqual([...letters.keys()]);
});

test.each([
  'dead-letters replay',
  'dead-letters replay 1 --all',
  'dead-letters replay x',
  'dead-letters list --limit 0',
])('wrong usage: %s', async (line) => {
  expect(await run(line)).toMatchObject({ exitCode: 2, output: '' });
  expect(replayed).toEqual([]);
});
