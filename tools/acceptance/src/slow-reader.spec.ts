import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

/** Text of the answer; as chunks of four bytes each it is about 75 times as much on the wire. */
const textBytes = 400_000;
const leastStreamBytes = 20_000_000;

/** A client that does not read must stop the provider, not fill our memory. */
describe('a client that stops reading', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem();
  }, 60_000);

  afterAll(() => system.stop());

  async function openStream(customer: TestCustomer): Promise<IncomingMessage> {
    const body = JSON.stringify({
      model: 'gpt-4o-mini',
      stream: true,
      messages: [{ role: 'user', content: `[[sim:huge=${textBytes};id=huge]]` }],
    });
    const call = request(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
    });
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return response;
  }

  async function bytesServed(): Promise<number> {
    const journal = await (await fetch(`${system.simulatorUrl}/_simulator/journal?id=huge`)).json();
    return (journal as { entries: { bytesWritten: number }[] }).entries[0]?.bytesWritten ?? 0;
  }

  test('pauses the provider’s stream, and gets all of it when it reads on', async () => {
    const customer = await TestCustomer.create(system, '10');
    const response = await openStream(customer);
    // Until nothing moves any more: every buffer on the way is full.
    let [before, after] = [-1, await bytesServed()];
    while (after !== before || after === 0) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      [before, after] = [after, await bytesServed()];
    }
    expect(after).toBeLessThan(leastStreamBytes * 0.75);
    let received = 0;
    let last = '';
    for await (const bytes of response) {
      received += (bytes as Buffer).length;
      last = (bytes as Buffer).toString().slice(-20);
    }
    expect(received).toBeGreaterThan(leastStreamBytes);
    expect(last.endsWith('data: [DONE]\n\n')).toBe(true);
  }, 60_000);
});
