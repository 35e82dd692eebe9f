import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createLogger } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { StripeProvider } from './stripe-provider.js';
import { StripeSecrets } from './stripe-secrets.js';

const logger = createLogger('billing', 'fatal');
const open = (config: Partial<BillingConfig>) => new StripeSecrets(config as BillingConfig, logger);

describe('the secrets shared with Stripe', () => {
  test('are one key and one or more webhook secrets, from variables or from files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stripe-'));
    const file = join(folder, 'secrets');
    writeFileSync(file, 'whsec_old\nwhsec_new\n');
    expect(open({ STRIPE_WEBHOOK_SECRET_FILE: file }).webhookSecrets).toEqual(['whsec_old', 'whsec_new']);
    expect(open({ STRIPE_WEBHOOK_SECRET: 'whsec_1' }).webhookSecrets).toEqual(['whsec_1']);
    expect(open({ STRIPE_SECRET_KEY: 'sk_test_1' }).key).toBe('sk_test_1');
    expect(open({})).toMatchObject({ key: null, webhookSecrets: [] });
    const problem = new ConfigError('STRIPE_SECRET_KEY_FILE: has more than one key');
    expect(() => open({ STRIPE_SECRET_KEY_FILE: file })).toThrow(problem);
    rmSync(folder, { recursive: true });
  });

  test('a key that was replaced is shown to Stripe from the next request on', async () => {
    const shown: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      shown.push(headers.authorization);
      const intent = {
        id: 'pi_1',
        object: 'payment_intent',
        status: 'succeeded',
        currency: 'usd',
        created: 1,
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...intent, amount: 1 }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const secrets = { key: 'sk_test_1' };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new StripeProvider(secrets, url);
    await provider.findPayment('pi_1');
    secrets.key = 'sk_test_2';
    await provider.findPayment('pi_1');
    expect(shown).toEqual(['Bearer sk_test_1', 'Bearer sk_test_2']);
    server.closeAllConnections();
    server.close();
  });
});
