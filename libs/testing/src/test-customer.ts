import type { NewKey } from '@tokenroute/local-system';
import type { ReachableSystem } from './reachable-system.js';

/** An answer as a client without a library sees it. */
export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; throws when it is not JSON. */
  json: () => any; // eslint-disable-line @typescript-eslint/no-explicit-any -- a test asserts its shape
}

/** A customer with money and a key, as a test needs one. */
export class TestCustomer {
  private constructor(
    private readonly system: ReachableSystem,
    readonly accountId: string,
    readonly key: { id: string; secret: string },
  ) {}

  /** @param usd decimal, e.g. '10' */
  static async create(
    system: ReachableSystem,
    usd: string,
    keyOptions?: Omit<NewKey, 'accountId'>,
  ): Promise<TestCustomer> {
    const accountId = await system.createAccount(usd);
    return new TestCustomer(system, accountId, await system.createKey(accountId, keyOptions));
  }

  /** POST /v1/chat/completions with this customer's key. */
  chat(
    body: unknown,
    init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<HttpAnswer> {
    return this.request('POST', '/chat/completions', body, init);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<HttpAnswer> {
    const response = await fetch(this.system.baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key.secret}`,
        'content-type': 'application/json',
        ...init.headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal: init.signal,
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as unknown,
    };
  }

  /** The account as billing sees it, once every open hold has ended (a release does not keep the client waiting). */
  async settledAccount(): Promise<{ balanceNanoUsd: bigint; heldNanoUsd: bigint }> {
    for (;;) {
      const account = (await this.system.operator.findAccount(this.accountId))!;
      if (account.heldNanoUsd === 0n) return account;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
