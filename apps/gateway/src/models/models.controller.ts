import { Controller, Get, Param, Req } from '@nestjs/common';
import type { Model } from '@tokenroute/contracts';
import { BillingQueries } from '../billing/billing-queries.js';
import { ModelCatalogue } from '../catalogue/model-catalogue.js';
import type { AuthenticatedRequest } from '../http/authentication.js';
import { type OpenAiModel, type OpenAiModelList, toOpenAiModel } from './to-openai-model.js';

/** The models on offer, at the prices that the key's account pays. */
@Controller('v1/models')
export class ModelsController {
  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly billing: BillingQueries,
  ) {}

  @Get()
  async list(@Req() request: AuthenticatedRequest): Promise<OpenAiModelList> {
    return { object: 'list', data: await this.priced(this.catalogue.all(), request) };
  }

  @Get(':id')
  async get(@Param('id') id: string, @Req() request: AuthenticatedRequest): Promise<OpenAiModel> {
    const [model] = await this.priced([this.catalogue.get(id)], request);
    return model!;
  }

  private async priced(models: readonly Model[], { apiKey }: AuthenticatedRequest): Promise<OpenAiModel[]> {
    const prices = await this.billing.pricesOf(apiKey.accountId);
    return models.map((model) => toOpenAiModel({ ...model, price: prices.get(model.id) ?? model.price }));
  }
}
