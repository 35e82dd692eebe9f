import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { adaptedProviders } from '@tokenroute/local-system';
import { formatUsd, nanoUsd } from '@tokenroute/money';
import { startSystem, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import type { TokenUsage } from './charge-of.js';

export const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** What a customer of these checks starts with: 10,000 USD. */
export const initialNanoUsd = 10_000_000_000_000n;

/** How the books say that a request ended. */
export interface BookedRequest {
  state: string;
  chargedNanoUsd: bigint;
  heldNanoUsd: bigint;
  estimated: boolean;
  usage: TokenUsage;
}

export interface Customer {
  accountId: string;
  key: string;
}

/** The running product, and its books as an operator can read them. */
export class Product {
  private constructor(
    private readonly system: TestSystem,
    private readonly database: pg.Client,
  ) {}

  static async start(): Promise<Product> {
    const system = await startSystem({ providers: [...adaptedProviders] });
    const database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    return new Product(system, database);
  }

  get baseUrl(): string {
    return this.system.baseUrl;
  }

  async stop(): Promise<void> {
    await this.database.end();
    await this.system.stop();
  }

  async createCustomer(): Promise<Customer> {
    const accountId = await this.system.createAccount(formatUsd(nanoUsd(initialNanoUsd)));
    return { accountId, key: (await this.system.createKey(accountId)).secret };
  }

  async balanceNanoUsd(accountId: string): Promise<bigint> {
    const account = await this.system.operator.findAccount(accountId);
    if (!account) throw new Error(`no account ${accountId}`);
    return account.balanceNanoUsd;
  }

  async bookedRequest(requestId: string): Promise<BookedRequest> {
    const { rows } = await this.database.query('SELECT * FROM billing.holds WHERE id = $1', [requestId]);
    const row = rows[0] as Record<string, string> | undefined;
    if (!row) throw new Error(`request ${requestId} is not in the books`);
    const tokens = (column: string) => Number(row[column]);
    return {
      state: row['state']!,
      chargedNanoUsd: BigInt(row['charged_nano_usd'] ?? 0),
      heldNanoUsd: BigInt(row['amount_nano_usd']!),
      estimated: Boolean(row['usage_estimated']),
      usage: {
        input: tokens('input_tokens'),
        cached: tokens('cached_input_tokens'),
        cacheWrite5m: tokens('cache_write_5m_tokens'),
        cacheWrite1h: tokens('cache_write_1h_tokens'),
        audio: tokens('audio_input_tokens'),
        output: tokens('output_tokens'),
        reasoning: tokens('reasoning_tokens'),
      },
    };
  }

  /** What the account's requests were charged in all. */
  async chargesNanoUsd(accountId: string): Promise<bigint> {
    const { rows } = await this.database.query<{ sum: string | null }>(
      'SELECT sum(charged_nano_usd) FROM billing.holds WHERE account_id = $1',
      [accountId],
    );
    return BigInt(rows[0]?.sum ?? 0);
  }

  /** The last request that reached the provider with this marker id, as the provider got it. */
  async requestAtProvider(id: string): Promise<string> {
    const response = await fetch(`${this.system.simulatorUrl}/_simulator/requests?id=${id}`);
    return response.text();
  }

  /** `tokenroute ledger verify`. @throws when it finds anything */
  async verifyLedger(): Promise<string> {
    const program = join(repository, 'tools', 'tokenroute-cli', 'bin', 'tokenroute.mjs');
    const addresses = {
      AUTH_ADDRESS: this.system.addresses['auth']!.grpc,
      BILLING_ADDRESS: this.system.addresses['billing']!.grpc,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'ledger', 'verify'], {
      env: { ...process.env, ...addresses },
    });
    return stdout;
  }
}
