import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Replay } from './replay.js';

/** Answers as a replay server does, and notes the requests it is asked to. */
const script = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
createServer(async (request, response) => {
  if (request.url === '/crash') process.exit(3);
  if (request.method === 'POST') {
    let text = '';
    for await (const piece of request) text += piece;
    appendFileSync(option('--log'), text + '\\n');
  }
  response.end('{}');
}).listen(Number(option('--port')), '127.0.0.1');
`;

let folder: string;
let replay: Replay;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tokenroute-replay-'));
  writeFileSync(join(folder, 'replay.mjs'), script);
  replay = await Replay.start(folder, folder);
});

afterEach(async () => {
  await replay.stop();
  rmSync(folder, { recursive: true });
});

async function note(entry: object): Promise<void> {
  await fetch(replay.url, { method: 'POST', body: JSON.stringify(entry) });
}

test('requests are told apart by their variant, whatever the order of its options', async () => {
  await note({ case: 'a', variant: {} });
  await note({ case: 'b', variant: { comment: '1', crlf: '1' } });
  await note({ case: null, variant: {} });
  expect([...replay.reached('')]).toEqual(['a']);
  expect([...replay.reached('crlf=1;comment=1')]).toEqual(['b']);
  expect([...replay.reached('split=1')]).toEqual([]);
  const file = join(folder, 'requests.jsonl');
  replay.writeRequests('', file);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
});

test('what the client added for a variant is not looked for in the requests', async () => {
  await note({ case: 'a', variant: { split: '1' }, body: { text: 'Hi [[case:a;split=1]]' } });
  const file = join(folder, 'requests.jsonl');
  replay.writeRequests('split=1', file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ body: { text: 'Hi [[case:a]]' } });
});

test('a server that ended by itself is noticed', async () => {
  replay.assertRunning();
  await fetch(`${replay.url}/crash`).catch(() => undefined);
  await replay.stop();
  expect(() => replay.assertRunning()).toThrow('ended by itself');
});
