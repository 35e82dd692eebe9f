import { Controller, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Stripe from 'stripe';
import { LOGGER } from '../tokens.js';
import { StripeEventRepository } from './stripe-event.repository.js';
import { StripeEventsWorker } from './stripe-events-worker.js';
import { StripeSecrets } from './stripe-secrets.js';
import { type StripeEvent, stripeEventSchema } from './stripe-wire.js';

/** How old a signature may be: an event that somebody recorded cannot be sent again later. */
const toleranceSeconds = 300;

/** Takes Stripe's events: proven to be Stripe's, stored, and only then answered. They are processed afterwards. */
@Controller('webhooks/stripe')
export class StripeWebhookController {
  constructor(
    private readonly events: StripeEventRepository,
    private readonly worker: StripeEventsWorker,
    private readonly secrets: StripeSecrets,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  async receive(
    @Req() request: FastifyRequest,
    @Headers('stripe-signature') signature: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { webhookSecrets } = this.secrets;
    if (webhookSecrets.length === 0)
      return void reply.status(503).send({ error: 'no webhook secret is configured' });
    const { body } = request;
    const event = Buffer.isBuffer(body) ? readSigned(body, signature, webhookSecrets) : null;
    if (!event) {
      this.logger.warn('payments: a webhook call without a valid signature');
      return void reply.status(400).send({ error: 'the signature is not valid' });
    }
    try {
      await this.events.store(event.id, event.type, (body as Buffer).toString('utf8'));
    } catch (error) {
      // Stripe sends it again for days.
      this.logger.error({ err: error, event: event.id }, 'payments: an event could not be stored');
      return void reply.status(503).send({ error: 'try again' });
    }
    this.worker.kick();
    await reply.status(200).send({ received: true });
  }
}

/** Null when it is not what Stripe signed with one of these secrets just now. */
function readSigned(
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): StripeEvent | null {
  for (const secret of secrets) {
    try {
      const event = Stripe.webhooks.constructEvent(body, signature ?? '', secret, toleranceSeconds);
      return stripeEventSchema.parse(event);
    } catch {
      // Perhaps it is signed with the next one.
    }
  }
  return null;
}
