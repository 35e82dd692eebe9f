import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  ExportStatementRequest,
  ExportStatementResponse,
  ReportHouseLossRequest,
  ReportHouseLossResponse,
} from '@tokenroute/contracts';
import { Ending } from '@tokenroute/service-kit';
import { EMPTY, type Observable } from 'rxjs';
import { HouseLossService } from './house-loss.service.js';
import { StatementService } from './statement.service.js';

/** BillingStatementsService: what is read from the books as a whole. */
@Controller()
export class StatementsController {
  private readonly exports = new Set<Promise<void>>();

  constructor(
    private readonly statements: StatementService,
    private readonly houseLoss: HouseLossService,
    ending: Ending,
  ) {
    ending.waitFor(() => Promise.allSettled(this.exports));
  }

  /** Writes to the call itself: an observable would be read ahead of a slow reader, line after line into memory. */
  @GrpcMethod('BillingStatementsService', 'exportStatement')
  async exportStatement(
    request: ExportStatementRequest,
    _metadata: Metadata,
    call: ServerWritableStream<ExportStatementRequest, ExportStatementResponse>,
  ): Promise<Observable<never>> {
    const written = this.write(request, call);
    this.exports.add(written);
    try {
      await written;
    } finally {
      this.exports.delete(written);
    }
    // Nest ends the call when there is nothing left to observe.
    return EMPTY;
  }

  private async write(
    { accountId, month }: ExportStatementRequest,
    call: ServerWritableStream<ExportStatementRequest, ExportStatementResponse>,
  ): Promise<void> {
    for await (const part of this.statements.export(accountId, month)) {
      if (call.cancelled) break;
      if (!call.write(part)) await drainedOrGone(call);
    }
  }

  @GrpcMethod('BillingStatementsService', 'reportHouseLoss')
  async reportHouseLoss(request: ReportHouseLossRequest): Promise<ReportHouseLossResponse> {
    return this.houseLoss.report(request.since ?? new Date(0));
  }
}

function drainedOrGone(call: ServerWritableStream<unknown, unknown>): Promise<void> {
  if (call.cancelled) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done).off('cancelled', done);
      resolve();
    };
    call.on('drain', done).on('cancelled', done);
  });
}
