import { Inject, Injectable } from '@nestjs/common';
import type { GetHoldResponse, LedgerEntry } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { validate } from 'uuid';
import { withinAccount } from '../accounts/within-account.js';
import type { Hold, PrismaClient } from '../generated/prisma/client.js';
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

  /**
   * @param accountId whose it has to be; empty: anybody's
   * @throws Fault not-found
   */
  async get(id: string, accountId: string): Promise<GetHoldResponse> {
    const hold = validate(id) ? await this.find(id, accountId) : null;
    if (!hold) throw new Fault('not-found', 'There is no hold with this id.', { param: 'id' });
    const [pinned, entries, loss] = await Promise.all([
      hold.priceId === null ? null : this.priceBook.pinned(hold.priceId, hold.pricePlanId),
      this.entriesOf(id),
      this.prisma.houseLoss.findUnique({ where: { transactionId: id } }),
    ]);
    const listPrice = hold.priceId === null ? null : await this.priceBook.pinned(hold.priceId, null);
    return toReceipt(hold, { listPrice: listPrice?.price ?? null, pinned, entries, loss });
  }

  /** For an account, behind its wall: what belongs to the hold is read by the hold's own id. */
  private async find(id: string, accountId: string): Promise<Hold | null> {
    if (accountId === '') return this.prisma.hold.findUnique({ where: { id } });
    if (!validate(accountId)) return null;
    return withinAccount(this.prisma, accountId, (transaction) =>
      transaction.hold.findUnique({ where: { id, accountId } }),
    );
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
