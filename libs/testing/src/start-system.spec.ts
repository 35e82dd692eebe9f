import { readFileSync } from 'node:fs';
import { isRunning } from '@tokenroute/local-servers';
import { startSystem, type TestSystem } from './start-system.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem();
}, 90_000);

afterAll(() => system?.stop(), 30_000);

function complete(secret: string): Promise<Response> {
  return fetch(`${system.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello' }] }),
  });
}

test('an account pays for a completion of the running system', async () => {
  const accountId = await system.createAccount('0.5');
  const { secret } = await system.createKey(accountId);
  const answer = await complete(secret);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ object: 'chat.completion' });
  const account = await system.operator.findAccount(accountId);
  expect(account!.balanceNanoUsd).toBeLessThan(500_000_000n);
  expect(account!.heldNanoUsd).toBe(0n);
});

test('a killed service is down until it is restarted, and then the system pays again', async () => {
  const { secret } = await system.createKey(await system.createAccount('1'));
  expect((await complete(secret)).status).toBe(200);
  const former = system.pid('billing')!;
  await system.kill('billing');
  expect(isRunning(former)).toBe(false);
  expect(system.pid('billing')).toBeUndefined();
  await system.restart('billing');
  expect(system.pid('billing')).not.toBe(former);
  expect((await complete(secret)).status).toBe(200);
}, 60_000);

test('every service has its addresses and a log', () => {
  expect(readFileSync(system.logFile('gateway'), 'utf8')).toContain('"service":"gateway"');
  expect(Object.keys(system.addresses).sort()).toEqual([
    'adapter-openai',
    'auth',
    'billing',
    'gateway',
    'provider-simulator',
  ]);
});
