/** What an answer of the static upstream says it used. */
export interface ServedUsage {
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
}

export const plainVariants = 16;

/** Answers differ in their usage, so that a charge for the wrong request, or twice for the same, changes the sum. */
export function usageOfVariant(variant: number): ServedUsage {
  return { promptTokens: 80 + variant, cachedTokens: variant * 3, completionTokens: 150 + variant * 7 };
}

/** A chunk of a stream is a token. */
export function usageOfStream(chunks: number): ServedUsage {
  return { promptTokens: 90, cachedTokens: 0, completionTokens: chunks };
}
