import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import type { PrismaClient } from '../generated/prisma/client.js';
import { POSTGRES, PRISMA } from '../tokens.js';
import type { PagePlace } from '../usage/page-token.js';
import { withinAccount } from './within-account.js';

export interface AccountQuestion {
  /** Part of an address, or an id; '': all. */
  text: string;
  /** These match besides. */
  ids: readonly string[];
  onlyFrozen: boolean;
  after: PagePlace | null;
  pageSize: number;
}

export interface AccountRow {
  id: string;
  email: string | null;
  balanceNanoUsd: bigint | null;
  heldNanoUsd: bigint | null;
  createdAt: Date;
  createdAtMicros: bigint;
  frozenAt: Date | null;
  frozenReason: string | null;
}

export function toAccount(row: Omit<AccountRow, 'createdAtMicros'>): Account {
  return {
    id: row.id,
    email: row.email ?? '',
    balanceNanoUsd: row.balanceNanoUsd!,
    heldNanoUsd: row.heldNanoUsd!,
    createdAt: row.createdAt,
    frozenAt: row.frozenAt ?? undefined,
    frozenReason: row.frozenReason ?? '',
  };
}

@Injectable()
export class AccountRepository {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(POSTGRES) private readonly pool: PostgresPool,
  ) {}

  async find(id: string): Promise<Account | null> {
    const row = await withinAccount(this.prisma, id, (transaction) =>
      transaction.account.findUnique({ where: { id, kind: 'customer' } }),
    );
    return row && toAccount(row);
  }

  /** Customers' accounts in order of time, the newest first, from a place on. */
  async page({ text, ids, onlyFrozen, after, pageSize }: AccountQuestion): Promise<AccountRow[]> {
    const { rows } = await this.pool.query<AccountRow>(
      `SELECT id, email, balance_nano_usd AS "balanceNanoUsd", held_nano_usd AS "heldNanoUsd", created_at AS "createdAt",
              (extract(epoch FROM created_at) * 1000000)::bigint AS "createdAtMicros",
              frozen_at AS "frozenAt", frozen_reason AS "frozenReason"
       FROM accounts
       WHERE kind = 'customer'
         AND ($1 = '' OR strpos(lower(email), lower($1)) > 0 OR id::text = lower($1) OR id = ANY ($2::uuid[]))
         AND (NOT $3 OR frozen_at IS NOT NULL)
         AND ($4::bigint IS NULL OR (created_at, id) < ('1970-01-01Z'::timestamptz + $4 * interval '1 microsecond', $5::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $6`,
      [text, ids, onlyFrozen, after?.createdAtMicros.toString() ?? null, after?.id ?? null, pageSize],
    );
    return rows;
  }

  /** By id; '' for an account without an address. */
  async emailsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.pool.query<{ id: string; email: string }>(
      `SELECT id, coalesce(email, '') AS email FROM accounts WHERE id = ANY ($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, email }) => [id, email]));
  }

  /** Changes nothing when there is an account with this id. */
  async insert(id: string, email: string): Promise<void> {
    await this.prisma.account.createMany({
      data: { id, kind: 'customer', email, balanceNanoUsd: 0n, heldNanoUsd: 0n },
      skipDuplicates: true,
    });
  }

  async grantCredit(
    grantId: string,
    accountId: string,
    amountNanoUsd: bigint,
    operator = '',
  ): Promise<'granted' | 'conflict' | 'unknown-account'> {
    const { rows } = await this.pool.query<{ outcome: 'granted' | 'conflict' | 'unknown-account' }>(
      'SELECT grant_credit($1, $2, $3, $4) AS outcome',
      [grantId, accountId, amountNanoUsd.toString(), operator],
    );
    return rows[0]!.outcome;
  }
}
