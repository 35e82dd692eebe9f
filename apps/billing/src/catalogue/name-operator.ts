import type { Prisma } from '../generated/prisma/client.js';

/** Says who makes the changes of a transaction: the catalogue's tables put it into their record of changes. */
export async function nameOperator(transaction: Prisma.TransactionClient, operator: string): Promise<void> {
  await transaction.$queryRaw`SELECT set_config('tokenroute.operator', ${operator}, true)`;
}
