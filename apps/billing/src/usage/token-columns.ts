import type { Usage } from '@tokenroute/contracts';

/** What a hold's row says it used; null: nothing was told. */
export interface TokenColumns {
  input_tokens: bigint | null;
  cached_input_tokens: bigint | null;
  cache_write_5m_tokens: bigint | null;
  cache_write_1h_tokens: bigint | null;
  audio_input_tokens: bigint | null;
  output_tokens: bigint | null;
  reasoning_tokens: bigint | null;
}

/** Token counts come from uint32 fields: a number holds them. Null counts as none. */
export function fromTokenColumns(row: TokenColumns, estimated: boolean): Usage {
  return {
    inputTokens: Number(row.input_tokens),
    cachedInputTokens: Number(row.cached_input_tokens),
    cacheWrite5mTokens: Number(row.cache_write_5m_tokens),
    cacheWrite1hTokens: Number(row.cache_write_1h_tokens),
    audioInputTokens: Number(row.audio_input_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    estimated,
  };
}
