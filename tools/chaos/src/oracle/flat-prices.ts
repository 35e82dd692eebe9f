import type pg from 'pg';
import type { JournalEntry } from './facts.js';

interface PriceRow {
  model_id: string;
  input_pico_usd: string;
  cached_input_pico_usd: string;
  output_pico_usd: string;
}

/** The list prices before anything was broken; reckons without the product's own arithmetic. */
export class FlatPrices {
  constructor(private readonly rows: ReadonlyMap<string, PriceRow>) {}

  /** @throws Error for a model that has no price, several, or one that depends on more than the tokens */
  static async read(database: pg.Client, models: readonly string[]): Promise<FlatPrices> {
    const { rows } = await database.query<PriceRow>(
      `SELECT model_id, input_pico_usd, cached_input_pico_usd, output_pico_usd FROM billing.prices
       WHERE model_id = ANY ($1) AND long_context_above_tokens IS NULL AND peak_hours IS NULL`,
      [models],
    );
    const found = new Map(rows.map((row) => [row.model_id, row]));
    if (found.size !== models.length || rows.length !== models.length)
      throw new Error(`of ${models.join(', ')} not each has one flat price`);
    return new FlatPrices(found);
  }

  /** Rounded up once, to a nano-USD. */
  costNanoUsd(model: string, { input, cached, output }: NonNullable<JournalEntry['usage']>): bigint {
    const row = this.rows.get(model)!;
    const picoUsd =
      BigInt(input - cached) * BigInt(row.input_pico_usd) +
      BigInt(cached) * BigInt(row.cached_input_pico_usd) +
      BigInt(output) * BigInt(row.output_pico_usd);
    return (picoUsd + 999n) / 1_000n;
  }
}
