import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sharedSystem } from './shared-system.js';
import { TestCustomer } from './test-customer.js';
import { testServers } from './test-servers.js';

test('whoever asks gets the same system, which one host keeps', async () => {
  const [one, other] = await Promise.all([sharedSystem(), sharedSystem()]);
  expect(other.addresses).toEqual(one.addresses);
  const hosts = readdirSync(join(testServers().folder, 'shared', 'run'));
  expect(hosts).toEqual(['host.pid']);
  one.close();
  const customer = await TestCustomer.create(other, '1');
  const answer = await customer.chat({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  expect(answer.status).toBe(200);
  other.close();
});
