import { setUpTestServers, tearDownTestServers } from '@tokenroute/testing';
import { Checks } from './checks.js';
import { Product } from './product.js';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());

const checks = new Checks(process.argv.slice(2).join(' '), stopped.signal);
const begin = performance.now();
try {
  await setUpTestServers();
  const product = await Product.start();
  try {
    const customer = await product.createCustomer();
    // The samples read them when they are loaded, so everything that uses one is loaded afterwards.
    process.env['TOKENROUTE_BASE_URL'] = product.baseUrl;
    process.env['TOKENROUTE_API_KEY'] = customer.key;
    const { checkAll } = await import('./check-all.js');
    await checkAll(checks, product, customer);
  } finally {
    await product.stop();
  }
} catch (error) {
  checks.broke(error);
} finally {
  await tearDownTestServers();
}
console.log(`\nclients: ${((performance.now() - begin) / 1_000).toFixed(0)} s`);
console.log(checks.closingLine);
process.exitCode = checks.succeeded ? 0 : 1;
