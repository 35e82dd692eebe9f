import { createHash, randomUUID } from 'node:crypto';
import {
  type ChannelCredentials,
  type ClientOptions,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import {
  type Account,
  type ApiKey,
  AuthServiceClient,
  BillingAdminServiceClient,
  BillingQueryServiceClient,
} from '@tokenroute/contracts';

export interface NewKey {
  accountId: string;
  name?: string;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  allowedModels?: string[];
  expiresAt?: Date;
  monthlyBudgetNanoUsd?: bigint;
}

/** PEM. */
export interface OperatorCertificate {
  certificate: Buffer;
  key: Buffer;
  authority: Buffer;
}

function channelTo(service: string, files?: OperatorCertificate): [ChannelCredentials, ClientOptions] {
  if (!files) return [credentials.createInsecure(), {}];
  const tls = credentials.createSsl(files.authority, files.key, files.certificate);
  return [tls, { 'grpc.ssl_target_name_override': service }];
}

/** Does over gRPC what an operator does by hand: accounts and keys. Close it when done. */
export class SystemOperator {
  readonly auth: AuthServiceClient;
  readonly billingAdmin: BillingAdminServiceClient;
  readonly billingQuery: BillingQueryServiceClient;

  /** @param certificate of a system whose services have certificates too */
  constructor(addresses: { auth: string; billing: string }, certificate?: OperatorCertificate) {
    const auth = channelTo('auth', certificate);
    const billing = channelTo('billing', certificate);
    this.auth = new AuthServiceClient(addresses.auth, ...auth);
    this.billingAdmin = new BillingAdminServiceClient(addresses.billing, ...billing);
    this.billingQuery = new BillingQueryServiceClient(addresses.billing, ...billing);
  }

  async createAccount(email: string, creditNanoUsd: bigint): Promise<Account> {
    const request = { email, creditNanoUsd };
    const { account } = await ask<{ account?: Account }>((done) =>
      this.billingAdmin.createAccount(request, noMetadata, deadline(), done),
    );
    if (account === undefined) throw new Error('billing created no account');
    return account;
  }

  async grantCredit(accountId: string, amountNanoUsd: bigint): Promise<void> {
    const request = { accountId, amountNanoUsd, grantId: randomUUID() };
    await ask((done) => this.billingAdmin.grantCredit(request, noMetadata, deadline(), done));
  }

  /** Undefined when billing does not know it. */
  async findAccount(id: string): Promise<Account | undefined> {
    try {
      const answer = await ask<{ account?: Account }>((done) =>
        this.billingQuery.getAccount({ id }, noMetadata, deadline(), done),
      );
      return answer.account;
    } catch {
      return undefined;
    }
  }

  /** The secret is told only here. */
  async createKey(key: NewKey): Promise<{ key: ApiKey; secret: string }> {
    const request = { name: 'local', allowedModels: [], ...key };
    const answer = await ask<{ key?: ApiKey; secret: string }>((done) =>
      this.auth.createKey(request, noMetadata, deadline(), done),
    );
    if (answer.key === undefined) throw new Error('auth created no key');
    return { key: answer.key, secret: answer.secret };
  }

  async revokeKey(id: string): Promise<void> {
    await ask((done) => this.auth.revokeKey({ id, accountId: '' }, noMetadata, deadline(), done));
  }

  /** Undefined when auth refuses the key. */
  async validateKey(secret: string): Promise<ApiKey | undefined> {
    const keyDigest = createHash('sha256').update(secret).digest();
    const { result } = await ask<{
      result?: { $case: 'valid'; value: ApiKey } | { $case: 'refused'; value: unknown };
    }>((done) => this.auth.validateKey({ keyDigest }, noMetadata, deadline(), done));
    return result?.$case === 'valid' ? result.value : undefined;
  }

  close(): void {
    for (const client of [this.auth, this.billingAdmin, this.billingQuery]) client.close();
  }
}

const noMetadata = new Metadata();

function deadline(): { deadline: number } {
  return { deadline: Date.now() + 10_000 };
}

function ask<Answer>(
  call: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}
