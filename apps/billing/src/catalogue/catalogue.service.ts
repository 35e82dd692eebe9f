import { Inject, Injectable } from '@nestjs/common';
import {
  type AddPriceRequest,
  type Model,
  type Price,
  type PutModelRequest,
  subjects,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { PriceBook } from '../pricing/price-book.js';
import { LOGGER, NATS } from '../tokens.js';
import { changedModel, refused } from './model-changes.js';
import { ModelRepository } from './model.repository.js';
import { newPrice } from './new-price.js';
import { PriceListRepository } from './price-list.repository.js';
import { toContractPrice } from './to-contract-model.js';

const maxOperatorLength = 200;

/** The model catalogue and the price book, and how an administrator changes them while everything runs. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly models: ModelRepository,
    private readonly prices: PriceListRepository,
    private readonly priceBook: PriceBook,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  modelsOnOffer(): Promise<Model[]> {
    return this.models.onOffer(new Date());
  }

  /** Every price of a model, the newest first. @throws Fault not-found */
  async pricesOf(modelId: string): Promise<Price[]> {
    if (!(await this.models.exists(modelId))) throw unknownModel(modelId);
    return (await this.prices.ofModel(modelId)).map(toContractPrice);
  }

  /**
   * Creates a model or changes the fields that are named.
   * @throws Fault invalid-request naming the field
   */
  async putModel(request: PutModelRequest): Promise<Model> {
    const { model: wanted, fields = [] } = request;
    const operator = operatorOf(request);
    if (!wanted) throw refused('model', 'is required');
    const replacement = fields.includes('replaced_by') ? wanted.replacedBy : '';
    if (replacement && !(await this.models.exists(replacement)))
      throw refused('replaced_by', `there is no model \`${replacement}\``);
    await this.models.change(wanted.id, operator, (before) => changedModel(before, wanted, fields));
    this.announce();
    this.logger.info({ model: wanted.id, fields, operator }, 'catalogue: model put');
    return (await this.models.find(wanted.id, new Date()))!;
  }

  /**
   * Adds a price, in force from now on or from a later moment.
   * @throws Fault invalid-request naming the field; not-found; conflict when the model has a price from that moment
   */
  async addPrice(request: AddPriceRequest): Promise<Price> {
    const operator = operatorOf(request);
    const outcome = await this.prices.add(newPrice(request), operator);
    switch (outcome.kind) {
      case 'unknown-model':
        throw unknownModel(request.model);
      case 'in-the-past':
        throw refused('effective_from', `is past (it is ${outcome.now.toISOString()}); leave it out for now`);
      case 'taken': {
        const message = 'effective_from: the model has a price from that moment; prices are never replaced.';
        throw new Fault('conflict', message, { param: 'effective_from' });
      }
      case 'added':
        // Before anybody is told, so that who asks again at once is charged by what was told.
        await this.priceBook.reload();
        this.announce();
        this.logger.info(
          { model: request.model, price: outcome.price.id.toString(), operator },
          'price added',
        );
        return toContractPrice(outcome.price);
      default:
        return outcome satisfies never;
    }
  }

  /** A message that is lost is made up for: gateways and price books look again by themselves within a minute. */
  private announce(): void {
    try {
      this.nats.publish(subjects.catalogueChanged);
    } catch (error) {
      this.logger.warn({ err: error }, 'catalogue: nobody was told of a change');
    }
  }
}

function operatorOf({ operator }: { operator: string }): string {
  const name = operator.trim();
  if (name === '' || name.length > maxOperatorLength)
    throw refused('operator', `must say who asks, in at most ${maxOperatorLength} characters`);
  return name;
}

function unknownModel(id: string): Fault {
  return new Fault('not-found', `model: there is no model \`${id}\`.`, { param: 'model' });
}
