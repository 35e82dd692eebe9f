import type { PostgresConnection, PostgresPool } from '@tokenroute/service-kit';
import type { QueryConfig, QueryResultRow } from 'pg';
import type { Prisma, PrismaClient } from '../generated/prisma/client.js';

/** Many readers at once wait for a connection; Prisma by itself would fail them after two seconds. */
const waiting = { maxWait: 10_000, timeout: 10_000 };

// All three end with the transaction: the connection goes back to the pool as it came. What is asked for one account is answered
// from indexes; compiling a plan for it, which PostgreSQL does where an account has many rows, takes longer than the answer.
const behindTheWall = `SELECT set_config('tokenroute.account', $1, true), set_config('jit', 'off', true),
                              set_config('role', 'tokenroute_billing_tenant', true)`;

/**
 * Until its transaction ends, the connection sees the rows of one account alone, whatever a query says: as a role that
 * row-level security holds, which the owner of the tables is not.
 * @throws when the role may not be put on: nothing is read without the wall
 */
export async function enterAccount(connection: PostgresConnection, accountId: string): Promise<void> {
  await connection.query(behindTheWall, [accountId]);
}

/** One query that sees the rows of one account alone. */
export async function queryWithinAccount<Row extends QueryResultRow>(
  pool: PostgresPool,
  accountId: string,
  query: QueryConfig,
): Promise<Row[]> {
  return readWithinAccount(pool, accountId, async (connection) => (await connection.query<Row>(query)).rows);
}

/** Queries on one snapshot of the books that see the rows of one account alone. */
export async function readWithinAccount<Result>(
  pool: PostgresPool,
  accountId: string,
  read: (connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  let failed = false;
  // The query fails too and says so; unheard, this error would end the process.
  const fail = (): void => {
    failed = true;
  };
  connection.on('error', fail);
  try {
    await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await enterAccount(connection, accountId);
    const result = await read(connection);
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    fail();
    throw error;
  } finally {
    connection.off('error', fail);
    // One that failed is given up, and its transaction with it.
    connection.release(failed);
  }
}

/** Queries that see the rows of one account alone. */
export function withinAccount<Result>(
  prisma: PrismaClient,
  accountId: string,
  work: (transaction: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe(behindTheWall, accountId);
    return work(transaction);
  }, waiting);
}
