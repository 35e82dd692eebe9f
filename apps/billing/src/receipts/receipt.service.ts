import { Inject, Injectable } from '@nestjs/common';
import type { GetHoldResponse, LedgerEntry } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { validate } from 'uuid';
import type { PrismaClient } from '../generated/prisma/client.js';
import { PriceBook } from '../pricing/price-book.js';
import { PRISMA } from '../tokens.js';
import { toReceipt } from './to-receipt.js';

/** What became of one request: its hold, the price that counted, the usage, and what that moved on the ledger. */
@Injectable()
export class ReceiptService {
  constructor(
    private readonly priceBook: PriceBook,
    @Inject(PRISMA) private readonly prisma: PrismaClient,
  ) {}

  /** @throws Fault not-found */
  async get(id: string): Promise<GetHoldResponse> {
    const hold = validate(id) ? await this.prisma.hold.findUnique({ where: { id } }) : null;
    if (!hold) throw new Fault('not-found', 'There is no hold with this id.', { param: 'id' });
    const [price, entries] = await Promise.all([
      hold.priceId === null ? null : this.priceBook.byIdOrLoad(hold.priceId),
      this.entriesOf(id),
    ]);
    return toReceipt(hold, price, entries);
  }

  /** A charge has the id of its hold. */
  private async entriesOf(holdId: string): Promise<LedgerEntry[]> {
    const rows = await this.prisma.entry.findMany({
      where: { transactionId: holdId },
      include: { account: { select: { kind: true } } },
      orderBy: { amountNanoUsd: 'asc' },
    });
    return rows.map(({ accountId, account, amountNanoUsd, createdAt }) => ({
      accountId,
      accountKind: account.kind,
      amountNanoUsd,
      createdAt,
    }));
  }
}
