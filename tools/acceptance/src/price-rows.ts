import type pg from 'pg';
import type { ReportedUsage } from './simulator-journal.js';

interface PriceRow {
  input_pico_usd: string;
  cached_input_pico_usd: string;
  output_pico_usd: string;
}

/** The only price a model has in the price book, flat: for tests that reckon without the product's own arithmetic. */
export class FlatPrice {
  private constructor(private readonly row: PriceRow) {}

  static async of(database: pg.Client, model: string): Promise<FlatPrice> {
    const { rows } = await database.query<PriceRow>(
      `SELECT input_pico_usd, cached_input_pico_usd, output_pico_usd FROM billing.prices
       WHERE model_id = $1 AND long_context_above_tokens IS NULL AND peak_hours IS NULL`,
      [model],
    );
    if (rows.length !== 1) throw new Error(`${model} has ${rows.length} flat prices`);
    return new FlatPrice(rows[0]!);
  }

  /** Rounded up once, to a nano-USD. */
  costNanoUsd({ input, cached, output }: ReportedUsage): bigint {
    const picoUsd =
      BigInt(input - cached) * BigInt(this.row.input_pico_usd) +
      BigInt(cached) * BigInt(this.row.cached_input_pico_usd) +
      BigInt(output) * BigInt(this.row.output_pico_usd);
    return (picoUsd + 999n) / 1_000n;
  }
}
