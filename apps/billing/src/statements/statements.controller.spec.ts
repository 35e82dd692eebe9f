import { EventEmitter } from 'node:events';
import { Metadata, type ServerWritableStream } from '@grpc/grpc-js';
import type { ExportStatementRequest, ExportStatementResponse } from '@tokenroute/contracts';
import type { HouseLossService } from './house-loss.service.js';
import type { StatementService } from './statement.service.js';
import { Ending } from '@tokenroute/service-kit';
import { StatementsController } from './statements.controller.js';

const pageCount = 200;

/** A call whose reader takes one part and then nothing, until it says so. */
class SlowCall extends EventEmitter {
  cancelled = false;
  readonly written: unknown[] = [];

  write(part: unknown): boolean {
    this.written.push(part);
    return false;
  }
}

/** Pages that are counted as they are made, and told when nobody wants any more. */
class CountedPages {
  made = 0;
  isLeft = false;

  async *export(): AsyncGenerator<ExportStatementResponse, void, undefined> {
    try {
      while (this.made < pageCount) {
        this.made += 1;
        yield { part: { $case: 'page', value: { lines: [] } } };
      }
    } finally {
      this.isLeft = true;
    }
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function exportTo(call: SlowCall, pages: CountedPages): Promise<unknown> {
  const controller = new StatementsController(
    pages as unknown as StatementService,
    {} as HouseLossService,
    new Ending(),
  );
  return controller.exportStatement(
    { accountId: 'a', month: '2026-11' },
    new Metadata(),
    call as unknown as ServerWritableStream<ExportStatementRequest, ExportStatementResponse>,
  );
}

describe('a statement on its way', () => {
  test('is not read ahead of its reader: one part at a time, however many there are', async () => {
    const [call, pages] = [new SlowCall(), new CountedPages()];
    const done = exportTo(call, pages);
    for (let taken = 1; taken <= pageCount; taken += 1) {
      await settled();
      expect([pages.made, call.written.length]).toEqual([taken, taken]);
      call.emit('drain');
    }
    await done;
    expect([call.listenerCount('drain'), call.listenerCount('cancelled')]).toEqual([0, 0]);
  });

  test('is left when its reader has gone', async () => {
    const [call, pages] = [new SlowCall(), new CountedPages()];
    const done = exportTo(call, pages);
    await settled();
    call.cancelled = true;
    call.emit('cancelled');
    await done;
    expect(pages.isLeft).toBe(true);
    expect(pages.made).toBeLessThanOrEqual(2);
  });
});
