import { Inject, Injectable } from '@nestjs/common';
import { subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { PriceBook } from '../pricing/price-book.js';
import { LOGGER, NATS } from '../tokens.js';

/** Tells everybody that models, prices or price plans changed. */
@Injectable()
export class CatalogueAnnouncer {
  constructor(
    private readonly priceBook: PriceBook,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Our own price book reads first, so that who asks again at once is charged by what was told. */
  async pricesChanged(): Promise<void> {
    await this.priceBook.reload();
    this.changed();
  }

  /** A message that is lost is made up for: gateways and price books look again by themselves within a minute. */
  changed(): void {
    try {
      this.nats.publish(subjects.catalogueChanged);
    } catch (error) {
      this.logger.warn({ err: error }, 'catalogue: nobody was told of a change');
    }
  }
}
