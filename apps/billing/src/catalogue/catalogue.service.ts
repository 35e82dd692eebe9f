import { Inject, Injectable } from '@nestjs/common';
import type { AddPriceRequest, CatalogueEvent, Model, Price, PutModelRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import type { Price as RatedPrice } from '../pricing/price.js';
import { PriceBook } from '../pricing/price-book.js';
import { LOGGER } from '../tokens.js';
import { CatalogueAnnouncer } from './catalogue-announcer.js';
import { CatalogueEventsRepository } from './catalogue-events.repository.js';
import { changedModel, refused } from './model-changes.js';
import { ModelRepository } from './model.repository.js';
import { newPrice } from './new-price.js';
import { operatorOf } from './operator-of.js';
import { type AddPriceOutcome, PriceListRepository } from './price-list.repository.js';
import { toContractPrice } from './to-contract-model.js';

/** The model catalogue and the price book, and how an administrator changes them while everything runs. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly models: ModelRepository,
    private readonly prices: PriceListRepository,
    private readonly priceBook: PriceBook,
    private readonly announcer: CatalogueAnnouncer,
    private readonly events: CatalogueEventsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param accountId whose prices; empty: list prices
   * @param withOthers also those that are not on offer
   */
  async modelsOnOffer(accountId: string, withOthers = false): Promise<Model[]> {
    const now = new Date();
    const models = withOthers ? await this.models.all(now) : await this.models.onOffer(now);
    if (accountId === '') return models;
    return models.map((model) => {
      const offer = this.priceBook.ofAccount(accountId, model.id, now);
      return offer ? { ...model, price: toContractPrice(offer.price) } : model;
    });
  }

  /** Every price of a model, the newest first. @throws Fault not-found */
  async pricesOf(modelId: string): Promise<Price[]> {
    if (!(await this.models.exists(modelId))) throw unknownModel(modelId);
    return (await this.prices.ofModel(modelId)).map(toContractPrice);
  }

  /** What was changed about a model and its prices, the newest first. @throws Fault not-found */
  async eventsOf(modelId: string): Promise<CatalogueEvent[]> {
    if (!(await this.models.exists(modelId))) throw unknownModel(modelId);
    return this.events.ofModel(modelId);
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
    this.announcer.changed();
    this.logger.info({ model: wanted.id, fields, operator }, 'catalogue: model put');
    return (await this.models.find(wanted.id, new Date()))!;
  }

  /**
   * Adds a price, in force from now on or from a later moment.
   * @throws Fault invalid-request naming the field; not-found; conflict when the model has a price from that moment
   */
  async addPrice(request: AddPriceRequest): Promise<Price> {
    const operator = operatorOf(request);
    const price = addedPrice(await this.prices.add(newPrice(request), operator), request.model);
    await this.announcer.pricesChanged();
    this.logger.info({ model: request.model, price: price.id.toString(), operator }, 'price added');
    return toContractPrice(price);
  }
}

/** @throws Fault why it was not, or would not be, added */
export function addedPrice(outcome: AddPriceOutcome, modelId: string): RatedPrice {
  switch (outcome.kind) {
    case 'unknown-model':
      throw unknownModel(modelId);
    case 'in-the-past':
      throw refused('effective_from', `is past (it is ${outcome.now.toISOString()}); leave it out for now`);
    case 'taken': {
      const message = 'effective_from: the model has a price from that moment; prices are never replaced.';
      throw new Fault('conflict', message, { param: 'effective_from' });
    }
    case 'added':
      return outcome.price;
    default:
      return outcome satisfies never;
  }
}

export function unknownModel(id: string): Fault {
  return new Fault('not-found', `model: there is no model \`${id}\`.`, { param: 'model' });
}
