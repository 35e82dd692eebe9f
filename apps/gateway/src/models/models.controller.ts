import { Controller, Get, Param } from '@nestjs/common';
import { ModelCatalogue } from '../catalogue/model-catalogue.js';
import { type OpenAiModel, toOpenAiModel } from './to-openai-model.js';

@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalogue: ModelCatalogue) {}

  @Get()
  list(): { object: 'list'; data: OpenAiModel[] } {
    return { object: 'list', data: this.catalogue.all().map(toOpenAiModel) };
  }

  @Get(':id')
  get(@Param('id') id: string): OpenAiModel {
    return toOpenAiModel(this.catalogue.get(id));
  }
}
