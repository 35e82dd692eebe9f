import { Inject, Injectable } from '@nestjs/common';
import type { CatalogueEvent } from '@tokenroute/contracts';
import type { CatalogueEvent as EventRow, Prisma, PrismaClient } from '../generated/prisma/client.js';
import { PRISMA } from '../tokens.js';

const eventsTold = 100;
/** Of the row, not of what it says. */
const untold = new Set(['id', 'model_id', 'created_at']);

/** What was changed about models and prices, by whom: written by the tables themselves. */
@Injectable()
export class CatalogueEventsRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** The newest first. */
  async ofModel(modelId: string): Promise<CatalogueEvent[]> {
    const rows = await this.prisma.catalogueEvent.findMany({
      where: { modelId },
      orderBy: { id: 'desc' },
      take: eventsTold,
    });
    return rows.map(toCatalogueEvent);
  }
}

function toCatalogueEvent({ id, what, at, by, before, after }: EventRow): CatalogueEvent {
  const [was, is] = [columnsOf(before), columnsOf(after)];
  const columns = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changes = columns
    .map((column) => ({ column, before: textOf(was[column]), after: textOf(is[column]) }))
    .filter((change) => change.before !== change.after && !untold.has(change.column));
  return { id, what, at, by, changes };
}

function columnsOf(row: Prisma.JsonValue): Prisma.JsonObject {
  return (row ?? {}) as Prisma.JsonObject;
}

function textOf(value: Prisma.JsonValue | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
