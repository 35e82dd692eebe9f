import { Fault } from '@tokenroute/faults';
import type { KeySettings } from './from-create-key-request.js';
import { type ApiKey, Prisma, type PrismaClient } from './generated/prisma/client.js';

/** A row of api_keys. */
export type StoredKey = ApiKey;

export interface NewKey extends KeySettings {
  id: string;
  digest: Buffer;
  display: string;
  createdAt: Date;
}

/**
 * Keys and their history, written together.
 * Every method throws the Fault `unavailable` when PostgreSQL cannot answer: that must never look like a key unknown.
 */
export class KeysRepository {
  constructor(private readonly prisma: PrismaClient) {}

  findByDigest(digest: Buffer): Promise<StoredKey | null> {
    return answered(() => this.prisma.apiKey.findUnique({ where: { digest: asBytes(digest) } }));
  }

  /** Newest first: of the same millisecond by id, which grow within a process. */
  listByAccount(accountId: string): Promise<StoredKey[]> {
    return answered(() =>
      this.prisma.apiKey.findMany({ where: { accountId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
    );
  }

  create(key: NewKey): Promise<StoredKey> {
    const event = { kind: 'created', at: key.createdAt, detail: auditDetail(key) } as const;
    // A nested write is one transaction.
    return answered(() =>
      this.prisma.apiKey.create({ data: { ...key, digest: asBytes(key.digest), events: { create: event } } }),
    );
  }

  /** The key as it is afterwards, null when there is none. The time of the first revocation stays. */
  revoke(id: string, at: Date): Promise<StoredKey | null> {
    return answered(() =>
      this.prisma.$transaction(async (transaction) => {
        // Of several at once, the row's lock lets one find it unrevoked.
        const { count } = await transaction.apiKey.updateMany({
          where: { id, revokedAt: null },
          data: { revokedAt: at },
        });
        if (count > 0) await transaction.keyEvent.create({ data: { keyId: id, kind: 'revoked', at } });
        return transaction.apiKey.findUnique({ where: { id } });
      }),
    );
  }
}

function auditDetail(key: NewKey): Prisma.InputJsonObject {
  return {
    name: key.name,
    display: key.display,
    requests_per_minute: key.requestsPerMinute,
    tokens_per_minute: key.tokensPerMinute,
    allowed_models: key.allowedModels,
    expires_at: key.expiresAt?.toISOString() ?? null,
  };
}

/** Prisma wants bytes over a plain ArrayBuffer; a Buffer may lie in a shared pool. */
function asBytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

async function answered<Result>(query: () => Promise<Result>): Promise<Result> {
  try {
    return await query();
  } catch (error) {
    if (isOurMistake(error)) throw error;
    throw new Fault('unavailable', 'The key store is not available. Please try again.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
}

/** Prisma's codes for a connection pool that is exhausted and a transaction that could not start, be kept, or be placed. */
const transientCodes = new Set(['P2024', 'P2028', 'P2034', 'P2037']);

/**
 * A query that is wrong by itself, or against a constraint: trying again would not help. Everything else comes from the
 * database's state; what a lost connection looks like depends on the moment, so it is not listed.
 */
function isOurMistake(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientValidationError) return true;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code.startsWith('P2') && !transientCodes.has(error.code);
}
