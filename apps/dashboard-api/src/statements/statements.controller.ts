import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ExportStatementResponse, OrganisationMembership } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { StatementCsv } from '@tokenroute/statement-text';
import type { FastifyReply } from 'fastify';
import { CurrentOrganisation } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';

/** A month's statement as a file. It goes on to the browser as billing tells it: it may be larger than memory. */
@Controller('api/organisations/:organisationId/statements')
@ApiExcludeController()
export class StatementsController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get(':month')
  async download(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Param('month') month: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
      throw new Fault('invalid-request', 'month: must be a month such as 2026-11.', { param: 'month' });
    }
    const parts = await this.billing.exportStatement({ accountId: organisationId, month });
    await reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="tokenroute-${month}.csv"`)
      .send(Readable.from(toCsv(parts)));
  }
}

/** Breaks off when a part fails or the footer does not come: half a statement is none, and the browser says so. */
async function* toCsv(parts: AsyncIterable<ExportStatementResponse>): AsyncGenerator<string> {
  const text = new StatementCsv();
  let isComplete = false;
  for await (const { part } of parts) {
    switch (part?.$case) {
      case 'header':
        yield text.header(part.value);
        break;
      case 'page':
        yield text.lines(part.value.lines);
        break;
      case 'footer':
        yield text.footer(part.value);
        isComplete = true;
        break;
      case undefined:
        break;
    }
  }
  if (!isComplete) throw new Error('the statement ended without its footer');
}
