import { generateApiKey } from '@tokenroute/api-key';
import { sharedSystem, TestCustomer, type SharedSystem } from '@tokenroute/testing';

const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };

describe('POST /v1/chat/completions without a usable key', () => {
  let system: SharedSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await sharedSystem();
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.close());

  async function expectRefusal(authorization: string | null, message: RegExp): Promise<void> {
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: authorization === null ? {} : { authorization },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringMatching(message),
        type: 'authentication_error',
        code: 401,
        param: null,
      },
    });
  }

  test('401 when it is missing', () => expectRefusal(null, /did not provide an API key/));

  test('401 when the header is malformed', () => expectRefusal('Token abc', /must be: Bearer/));

  test('401 when it is not a key of ours', () => expectRefusal('Bearer sk-proj-abc', /Incorrect API key/));

  test('401 when it is mistyped', () => {
    const { secret } = customer.key;
    const mistyped = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
    return expectRefusal(`Bearer ${mistyped}`, /Incorrect API key/);
  });

  test('401 when it is well-formed but unknown', () =>
    expectRefusal(`Bearer ${generateApiKey()}`, /Incorrect API key/));

  test('401 within a second after it was revoked, also on a gateway that just used it', async () => {
    const key = await system.createKey(customer.accountId);
    const authorization = `Bearer ${key.secret}`;
    const list = () => fetch(`${system.baseUrl}/models`, { headers: { authorization } });
    expect((await list()).status).toBe(200);
    await system.operator.revokeKey(key.id);
    const revokedAt = Date.now();
    // Not when the answer came, which is a matter of how busy the machine is.
    let askedAt = revokedAt;
    while ((await list()).status !== 401) {
      expect(askedAt - revokedAt).toBeLessThan(1_000);
      askedAt = Date.now();
    }
    await expectRefusal(authorization, /has been revoked/);
  });

  test('401 from the moment it expires', async () => {
    const expiresAt = new Date(Date.now() + 4_000);
    const key = await system.createKey(customer.accountId, { expiresAt });
    const list = () =>
      fetch(`${system.baseUrl}/models`, { headers: { authorization: `Bearer ${key.secret}` } });
    expect((await list()).status).toBe(200);
    while (Date.now() < expiresAt.getTime()) await new Promise((resolve) => setTimeout(resolve, 50));
    await expectRefusal(`Bearer ${key.secret}`, /has expired/);
  });
});
