/** For a key that has not answered yet. */
export const firstEstimate = 1_000;
/** How much the newest answer counts in the mean. */
const newestShare = 0.2;

/**
 * How long a key's answers are when its requests set no limit: a running mean, by key. The model's own limit would be tens
 * of thousands, of which a small TPM admits one request a minute. The key longest unused gives way when there are too many.
 */
export class OutputEstimates {
  private readonly means = new Map<string, number>();

  constructor(private readonly maxKeys: number) {}

  /** Output tokens of one choice. */
  of(keyId: string): number {
    return Math.ceil(this.means.get(keyId) ?? firstEstimate);
  }

  learn(keyId: string, outputTokens: number): void {
    const mean = this.means.get(keyId) ?? firstEstimate;
    this.means.delete(keyId);
    this.means.set(keyId, mean + (outputTokens - mean) * newestShare);
    if (this.means.size > this.maxKeys) this.means.delete(this.means.keys().next().value!);
  }
}
