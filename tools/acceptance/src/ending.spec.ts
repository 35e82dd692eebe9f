import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { requestReceived } from './simulator-journal.js';

const timeIsShort = { SHUTDOWN_TIMEOUT_MS: '500' };
const initialNanoUsd = 1_000_000_000n;

/** An answer that takes longer than a service that ends waits for. */
describe('when the time of a service that ends is up', () => {
  let system: TestSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem({ environment: { gateway: timeIsShort, 'adapter-openai': timeIsShort } });
  }, 120_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
  });

  afterAll(async () => {
    expect(await ledgerViolations(system)).toEqual([]);
    await system.stop();
  });

  function ask(id: string, script: string, stream: boolean) {
    const content = `Hello [[sim:id=${id};${script}]]`;
    return customer.chat({
      model: 'gpt-4o-mini',
      max_tokens: 50,
      stream,
      messages: [{ role: 'user', content }],
    });
  }

  test.each(['gateway', 'adapter-openai'])(
    'of the %s: streams end with an error event, plain calls with a 503, both are free',
    async (service) => {
      const stream = ask(`${service}-stream`, 'stall-after=3', true);
      const plain = ask(`${service}-plain`, 'stall', false);
      await Promise.all([
        requestReceived(system, `${service}-stream`),
        requestReceived(system, `${service}-plain`),
      ]);
      await system.kill(service, 'SIGTERM');
      const { text } = await stream;
      const events = text.trim().split('\n\n');
      expect(events.length).toBeGreaterThan(1);
      expect(JSON.parse(events.at(-1)!.replace(/^data: /, ''))).toMatchObject({
        error: { code: 503, message: expect.stringContaining('Please try again') },
      });
      expect(text).not.toContain('[DONE]');
      expect(await plain).toMatchObject({ status: 503 });
      await system.restart(service);
      expect(await customer.settledAccount()).toMatchObject({ balanceNanoUsd: initialNanoUsd });
      expect((await ask(`${service}-after`, 'tokens=3', false)).status).toBe(200);
    },
    120_000,
  );
});
