import type { Prisma, PrismaClient } from './generated/prisma/client.js';

/** Many readers at once wait for a connection; Prisma by itself would fail them after two seconds. */
const waiting = { maxWait: 10_000, timeout: 10_000 };

/**
 * Runs queries in one transaction that sees and changes the rows of one organisation alone, whatever they say: as a role that
 * row-level security holds, which the owner of the tables is not. The account that pays has its organisation's id.
 * @throws when the role may not be put on: nothing is read without the wall
 */
export function withinOrganisation<Result>(
  prisma: PrismaClient,
  organisationId: string,
  work: (transaction: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(async (transaction) => {
    // Both end with the transaction: the connection goes back to the pool as it came.
    await transaction.$executeRaw`
      SELECT set_config('tokenroute.organisation', ${organisationId}, true), set_config('role', 'tokenroute_tenant', true)`;
    return work(transaction);
  }, waiting);
}
