import { z } from 'zod';

const ratesSchema = z.object({
  input: z.string(),
  cached_input: z.string(),
  cache_write_5m: z.string(),
  cache_write_1h: z.string(),
  audio_input: z.string(),
  output: z.string(),
});

const modelSchema = z.object({
  id: z.string(),
  owned_by: z.string(),
  capabilities: z.array(z.string()),
  pricing: ratesSchema.extend({
    unit: z.literal('usd_per_million_tokens'),
    long_context: ratesSchema.extend({ above_input_tokens: z.number() }).optional(),
    peak: z.object({ hours_utc: z.string(), percent: z.number() }).optional(),
  }),
});

export type Rates = z.infer<typeof ratesSchema>;
export type OfferedModel = z.infer<typeof modelSchema>;
export type Pricing = OfferedModel['pricing'];

/** The models of one provider. */
export interface Provider {
  name: string;
  models: OfferedModel[];
  cheapest: OfferedModel;
  /** The cheapest that takes images; undefined when none does. */
  seeing: OfferedModel | undefined;
}

/** Reads GET /v1/models as a customer does. */
export async function offeredProviders(baseUrl: string, key: string): Promise<Provider[]> {
  const response = await fetch(`${baseUrl}/models`, { headers: { authorization: `Bearer ${key}` } });
  const { data } = z.object({ data: z.array(modelSchema) }).parse(await response.json());
  const names = [...new Set(data.map((model) => model.owned_by))];
  return names.map((name) => {
    const models = data.filter((model) => model.owned_by === name);
    const byPrice = models.toSorted((a, b) => priceOf(a) - priceOf(b));
    return {
      name,
      models,
      cheapest: byPrice[0]!,
      seeing: byPrice.find(({ capabilities }) => capabilities.includes('image')),
    };
  });
}

function priceOf({ pricing }: OfferedModel): number {
  return Number(pricing.input) + Number(pricing.output);
}
