import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { Operator } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';
import {
  type AdministeredModelAnswer,
  administeredModelAnswer,
  type BookedPriceAnswer,
  bookedPriceAnswer,
  type CatalogueAnswer,
  catalogueAnswer,
  type CatalogueEventsAnswer,
  catalogueEventsAnswer,
  type ModelBody,
  modelBody,
  type ModelUsersAnswer,
  modelUsersAnswer,
  type PriceBody,
  priceBody,
  type PricePreviewAnswer,
  pricePreviewAnswer,
  type PricesAnswer,
  pricesAnswer,
} from './catalogue-contract.js';
import { fromModelBody, fromPriceBody } from './from-catalogue-bodies.js';
import {
  toAdministeredModel,
  toBookedPrice,
  toCatalogueEvents,
  toModelUsers,
  toPricePreview,
} from './to-catalogue-answers.js';

/** The model catalogue and the price book, for the people whose addresses ADMINISTRATORS names. */
@Controller('api/administration/models')
export class CatalogueController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get()
  @ApiResponse({ status: 200, description: 'Every model, on offer or not.', standardSchema: catalogueAnswer })
  async list(): Promise<CatalogueAnswer> {
    const { models } = await this.billing.query.listModels({ accountId: '', withOthers: true });
    return { models: models.map(toAdministeredModel) };
  }

  @Put(':modelId')
  @ApiResponse({
    status: 200,
    description: 'The model as it is now. A new one is made.',
    standardSchema: administeredModelAnswer,
  })
  async put(
    @Param('modelId') id: string,
    @Operator() operator: string,
    @Body({ schema: modelBody }) body: ModelBody,
  ): Promise<AdministeredModelAnswer> {
    const { model } = await this.billing.admin.putModel({ ...fromModelBody(id, body), operator });
    return toAdministeredModel(model!);
  }

  @Get(':modelId/users')
  @ApiResponse({
    status: 200,
    description: 'Who was charged for it in the last 30 days.',
    standardSchema: modelUsersAnswer,
  })
  async users(@Param('modelId') model: string): Promise<ModelUsersAnswer> {
    return toModelUsers(await this.billing.admin.listModelUsers({ model }));
  }

  @Get(':modelId/events')
  @ApiResponse({
    status: 200,
    description: 'What was changed about it, by whom, from where.',
    standardSchema: catalogueEventsAnswer,
  })
  async events(@Param('modelId') model: string): Promise<CatalogueEventsAnswer> {
    return toCatalogueEvents(await this.billing.admin.listCatalogueEvents({ model }));
  }

  @Get(':modelId/prices')
  @ApiResponse({ status: 200, description: 'Its rows of the price book.', standardSchema: pricesAnswer })
  async prices(@Param('modelId') model: string): Promise<PricesAnswer> {
    return { prices: (await this.billing.query.listPrices({ model })).prices.map(toBookedPrice) };
  }

  @Post(':modelId/prices')
  @ApiResponse({ status: 201, description: 'The row that was added.', standardSchema: bookedPriceAnswer })
  async addPrice(
    @Param('modelId') model: string,
    @Operator() operator: string,
    @Body({ schema: priceBody }) body: PriceBody,
  ): Promise<BookedPriceAnswer> {
    const { price } = await this.billing.admin.addPrice({ ...fromPriceBody(model, body), operator });
    return toBookedPrice(price!);
  }

  @Post(':modelId/price-previews')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'What adding it would change. Nothing is added.',
    standardSchema: pricePreviewAnswer,
  })
  async preview(
    @Param('modelId') model: string,
    @Operator() operator: string,
    @Body({ schema: priceBody }) body: PriceBody,
  ): Promise<PricePreviewAnswer> {
    const price = { ...fromPriceBody(model, body), operator };
    return toPricePreview(await this.billing.previews.previewPrice({ price }));
  }
}
