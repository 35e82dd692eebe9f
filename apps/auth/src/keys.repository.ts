import type { ChangeAuthor } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { PostgresPool } from '@tokenroute/service-kit';
import type { KeySettings } from './from-create-key-request.js';
import type { KeyChange } from './from-update-key-request.js';
import { type ApiKey, type KeyEvent, Prisma, type PrismaClient } from './generated/prisma/client.js';
import { selectKeysByDigest } from './select-keys-by-digest.js';
import { withinOrganisation } from './within-organisation.js';

/** A row of api_keys. */
export type StoredKey = ApiKey;

/** Which key: by its id, and of one account where the asker belongs to one. */
export interface KeyReference {
  id: string;
  accountId: string | null;
}

/** What a change came to. Null in place of one: there is no such key. */
export type KeyUpdate = { kind: 'changed'; key: StoredKey } | { kind: 'ended' };
export type KeyRotation = { kind: 'rotated'; key: StoredKey; oldKey: StoredKey } | { kind: 'ended' };

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
  constructor(
    private readonly prisma: PrismaClient,
    private readonly pool: PostgresPool,
  ) {}

  /** Those that there are, in no order. */
  findByDigests(digests: Buffer[]): Promise<StoredKey[]> {
    return answered(() => selectKeysByDigest(this.pool, digests));
  }

  /** Newest first: of the same millisecond by id, which grow within a process. */
  listByAccount(accountId: string): Promise<StoredKey[]> {
    return this.transact(accountId, (transaction) =>
      transaction.apiKey.findMany({ where: { accountId }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
    );
  }

  create(key: NewKey, author: ChangeAuthor): Promise<StoredKey> {
    return this.transact(key.accountId, (transaction) => insert(transaction, key, author));
  }

  /** Its history, the newest first; null when there is no such key. */
  events(reference: KeyReference): Promise<KeyEvent[] | null> {
    return this.transact(reference.accountId, async (transaction) => {
      const key = await transaction.apiKey.findFirst({ where: matching(reference), select: { id: true } });
      return key && transaction.keyEvent.findMany({ where: { keyId: key.id }, orderBy: { id: 'desc' } });
    });
  }

  /** The key as it is afterwards, null when there is none. The time of the first revocation stays. */
  revoke(reference: KeyReference, at: Date, author: ChangeAuthor): Promise<StoredKey | null> {
    return this.transact(reference.accountId, async (transaction) => {
      const key = await lock(transaction, reference);
      if (!key || key.revokedAt) return key;
      await record(transaction, { keyId: key.id, kind: 'revoked', at, ...authored(author) });
      return transaction.apiKey.update({ where: { id: key.id }, data: { revokedAt: at } });
    });
  }

  update(
    reference: KeyReference,
    { disabled, ...settings }: KeyChange,
    at: Date,
    author: ChangeAuthor,
  ): Promise<KeyUpdate | null> {
    return this.transact(reference.accountId, async (transaction): Promise<KeyUpdate | null> => {
      const key = await lock(transaction, reference);
      if (!key) return null;
      if (key.revokedAt) return { kind: 'ended' };
      const disabledAt = disabled === undefined ? undefined : disabled ? (key.disabledAt ?? at) : null;
      const detail = auditDetail({ ...settings, disabled });
      await record(transaction, { keyId: key.id, kind: 'updated', at, detail, ...authored(author) });
      const data = { ...settings, ...(disabledAt !== undefined && { disabledAt }) };
      return { kind: 'changed', key: await transaction.apiKey.update({ where: { id: key.id }, data }) };
    });
  }

  /** Writes the key that `successor` makes of the old one, which ends with the overlap. */
  rotate(
    reference: KeyReference,
    { at, overlapMs, author }: { at: Date; overlapMs: number; author: ChangeAuthor },
    successor: (old: StoredKey) => NewKey,
  ): Promise<KeyRotation | null> {
    return this.transact(reference.accountId, async (transaction): Promise<KeyRotation | null> => {
      const old = await lock(transaction, reference);
      if (!old) return null;
      if (old.revokedAt || (old.expiresAt && old.expiresAt <= at)) return { kind: 'ended' };
      const key = await insert(transaction, successor(old), author);
      const overlapEnds = new Date(at.getTime() + overlapMs);
      const expiresAt = old.expiresAt && old.expiresAt < overlapEnds ? old.expiresAt : overlapEnds;
      const detail = { rotated_to: key.id, expires_at: expiresAt.toISOString() };
      await record(transaction, { keyId: old.id, kind: 'rotated', at, detail, ...authored(author) });
      const data = { rotatedToId: key.id, expiresAt };
      const oldKey = await transaction.apiKey.update({ where: { id: old.id }, data });
      return { kind: 'rotated', key, oldKey };
    });
  }

  /** Never moves a time back; ids that are nobody's change nothing. */
  used(ids: string[], at: Date): Promise<unknown> {
    return answered(() =>
      this.prisma.apiKey.updateMany({
        where: { id: { in: ids }, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: at } }] },
        data: { lastUsedAt: at },
      }),
    );
  }

  /** What is asked for one account runs behind its wall; an operator, who names none, sees every key. */
  private transact<Result>(
    accountId: string | null,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return answered(() =>
      accountId === null ? this.prisma.$transaction(work) : withinOrganisation(this.prisma, accountId, work),
    );
  }
}

type Transaction = Pick<PrismaClient, 'apiKey' | 'keyEvent' | '$queryRaw'>;

function matching({ id, accountId }: KeyReference) {
  return { id, ...(accountId !== null && { accountId }) };
}

/** Of several changes at once, the row's lock lets each find what the one before it left. */
async function lock(transaction: Transaction, reference: KeyReference): Promise<StoredKey | null> {
  await transaction.$queryRaw`SELECT FROM api_keys WHERE id = ${reference.id}::uuid FOR UPDATE`;
  return transaction.apiKey.findFirst({ where: matching(reference) });
}

/** A nested write is one transaction. */
function insert(prisma: Pick<PrismaClient, 'apiKey'>, key: NewKey, author: ChangeAuthor): Promise<StoredKey> {
  const { id: _id, digest, createdAt, ...settings } = key;
  const event = {
    kind: 'created',
    at: createdAt,
    detail: auditDetail(settings),
    ...authored(author),
  } as const;
  return prisma.apiKey.create({
    data: { ...key, digest: asBytes(digest), createdBy: author.name, events: { create: event } },
  });
}

async function record(transaction: Transaction, event: Prisma.KeyEventUncheckedCreateInput): Promise<void> {
  await transaction.keyEvent.create({ data: event });
}

function authored({ name, address }: ChangeAuthor): { author: string; address: string } {
  return { author: name, address };
}

/** JSON has no room for it as a number. */
function inText(amount: bigint | null | undefined): string | null | undefined {
  return amount === null || amount === undefined ? amount : amount.toString();
}

/** What was set, and nothing else. Absent is not null: that is a setting that was emptied. */
function auditDetail(key: KeyChange & { display?: string }): Prisma.InputJsonObject {
  return {
    name: key.name,
    display: key.display,
    requests_per_minute: key.requestsPerMinute,
    tokens_per_minute: key.tokensPerMinute,
    allowed_models: key.allowedModels,
    expires_at: key.expiresAt && key.expiresAt.toISOString(),
    monthly_budget_nano_usd: inText(key.monthlyBudgetNanoUsd),
    disabled: key.disabled,
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
