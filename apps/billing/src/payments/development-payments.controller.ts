import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validate } from 'uuid';
import { LOGGER, PAYMENT_PROVIDER } from '../tokens.js';
import type { ChosenProvider } from './choose-provider.js';
import { developmentPaymentPage } from './development-payment-page.js';
import { developmentPayment, developmentPaymentsPath } from './development-provider.js';
import { PaymentRepository, type PaymentRow } from './payment.repository.js';
import { StripeEventService } from './stripe-event.service.js';

/** Where a top-up is paid while there is no payment provider. There is no such page in production, or beside Stripe. */
@Controller(developmentPaymentsPath)
export class DevelopmentPaymentsController {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly events: StripeEventService,
    @Inject(PAYMENT_PROVIDER) private readonly chosen: ChosenProvider,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':id')
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const payment = await this.find(id);
    if (!payment) return void reply.status(404).send({ error: 'there is no such page' });
    await reply
      .status(200)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'",
      })
      .send(developmentPaymentPage(payment));
  }

  @Post(':id')
  async pay(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const payment = await this.find(id);
    if (!payment) return void reply.status(404).send({ error: 'there is no such page' });
    if (!isFromOwnPage(request))
      return void reply.status(403).send({ error: 'only the page itself may do that' });
    await this.events.credit(
      developmentPayment({
        id: payment.id,
        accountId: payment.account_id,
        amount: payment.amount_nano_usd,
        savePaymentMethod: payment.save_payment_method,
      }),
    );
    this.logger.warn({ payment: payment.id }, 'payments: DEVELOPMENT payment credited, no money moved');
    await reply
      .status(303)
      .header('location', payment.success_url ?? '/')
      .send();
  }

  private async find(id: string): Promise<PaymentRow | null> {
    if (this.chosen.kind !== 'development' || !validate(id)) return null;
    const payment = await this.payments.find(id);
    return payment?.kind === 'checkout' ? payment : null;
  }
}

/** A form on another site could be sent here by a developer's own browser. */
function isFromOwnPage({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
