import { chatAnswerSchemas, chatRequestSchemas } from '@tokenroute/openai-wire';
import { z } from 'zod';
import { maxCostSchema } from '../chat/max-cost.js';
import { chatQuoteSchema } from '../chat/to-quote.js';
import { answerCostSchema } from '../chat/with-cost.js';
import { openAiModelListSchema, openAiModelSchema, pricingSchema } from '../models/to-openai-model.js';
import { costDetailsSchema } from '../receipts/cost-details.js';
import { usageReceiptSchema } from '../receipts/to-usage-receipt.js';
import { type JsonSchema, mergedObjects, toJsonSchemas } from './json-schema.js';
import { parameterTable } from './parameter-table.js';
import { passedOnParameters } from './passed-on-parameters.js';

/** The keyword under which a parameter says what becomes of it, by provider. */
export const providersKeyword = 'x-tokenroute-providers';

/**
 * Every schema of the API by its name, made from those that the code itself goes by.
 * @param modelIds for the description of `model`
 * @throws Error when the table of parameters and the schemas do not speak of the same ones
 */
export function componentSchemas(modelIds: readonly string[]): Record<string, JsonSchema> {
  const { Usage, AnswerCost, PassedOn, OwnParameters, ...schemas } = toJsonSchemas({
    ...chatRequestSchemas,
    ...chatAnswerSchemas,
    AnswerCost: answerCostSchema,
    CostDetails: costDetailsSchema,
    PassedOn: passedOnParameters,
    OwnParameters: z.object({ max_cost: maxCostSchema }),
    Quote: chatQuoteSchema,
    Model: openAiModelSchema,
    ModelList: openAiModelListSchema,
    Pricing: pricingSchema,
    UsageReceipt: usageReceiptSchema,
  });
  const request = mergedObjects(schemas['ChatCompletionRequest']!, PassedOn!, OwnParameters!);
  return {
    ...schemas,
    Usage: mergedObjects(Usage!, AnswerCost!),
    ChatCompletionRequest: { ...request, properties: parameters(request, modelIds) },
  };
}

/** In the order of the table, those of our own last. */
function parameters({ properties }: JsonSchema, modelIds: readonly string[]): Record<string, JsonSchema> {
  const { max_cost: maxCost, ...described } = properties as Record<string, JsonSchema>;
  const names = Object.keys(parameterTable);
  const unknown = [
    ...names.filter((name) => !(name in described)),
    ...Object.keys(described).filter((name) => !(name in parameterTable)),
  ];
  if (unknown.length > 0) throw new Error(`parameters in one place only: ${unknown.join(', ')}`);
  const entries = names.map((name): [string, JsonSchema] => [
    name,
    { ...described[name], [providersKeyword]: parameterTable[name] },
  ]);
  return {
    ...Object.fromEntries(entries),
    model: { ...described['model'], examples: modelIds, [providersKeyword]: parameterTable['model'] },
    max_cost: maxCost!,
  };
}
