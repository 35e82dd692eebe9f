import assert from 'node:assert/strict';
import type { Checks } from './checks.js';
import { checkClient } from './client-checks.js';
import type { ClientUnderTest } from './client-under-test.js';
import { aiSdk } from './clients/ai-sdk.js';
import { langchain } from './clients/langchain.js';
import { openai } from './clients/openai.js';
import { openaiAgents } from './clients/openai-agents.js';
import { checkDocument } from './document-checks.js';
import { offeredProviders } from './offered-models.js';
import { type Customer, initialNanoUsd, type Product } from './product.js';
import { checkThinking } from './thinking-checks.js';
import { thinkingModels } from './thinking-models.js';
import { checkUsage, countedApart } from './usage-checks.js';

const clients: readonly ClientUnderTest[] = [openai, langchain, aiSdk, openaiAgents];

/** @param customer whose key the samples use */
export async function checkAll(checks: Checks, product: Product, customer: Customer): Promise<void> {
  const providers = await offeredProviders(product.baseUrl, customer.key);
  await checks.check(
    'GET /v1/models offers every provider, and of each that thinks a model that does',
    () => {
      const offered = providers.flatMap(({ models }) => models.map(({ id }) => id));
      assert.deepEqual(providers.map(({ name }) => name).sort(), Object.keys(countedApart).sort());
      assert.deepEqual(
        thinkingModels.filter((id) => !offered.includes(id)),
        [],
      );
    },
  );
  for (const provider of providers) {
    for (const client of clients) await checkClient(checks, client, provider);
    const others = providers.filter((other) => other !== provider);
    await checkThinking(checks, product, provider, others);
    await checkUsage(checks, product, provider);
  }
  await checks.check('the balance of the clients fell by what their requests were charged', async () => {
    const spent = initialNanoUsd - (await product.balanceNanoUsd(customer.accountId));
    assert.equal(spent, await product.chargesNanoUsd(customer.accountId));
  });
  await checkDocument(checks);
  await checks.check('tokenroute ledger verify finds nothing', async () => {
    await product.verifyLedger();
  });
}
