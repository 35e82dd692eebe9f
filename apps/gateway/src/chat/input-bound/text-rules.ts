/** How a provider's tokenizer compares with o200k, whose vocabulary the bound knows. */
export interface TextRule {
  /** Its tokens for a token of o200k, in ASCII text. */
  factor: number;
  digitsPerToken: 1 | 3;
  /** Whether the characters that are a token in o200k are one here; else they count by their bytes. */
  knowsCharacters: boolean;
  tokensPerRequest: number;
  tokensPerMessage: number;
  /** What the provider writes around tools and output schemas. */
  tokensWithTools: number;
}

const openai: TextRule = {
  factor: 1,
  digitsPerToken: 3,
  knowsCharacters: true,
  tokensPerRequest: 16,
  // https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken: 3 a message, 3 a reply, 1 a name.
  tokensPerMessage: 8,
  tokensWithTools: 64,
};

const careful: TextRule = {
  factor: 1.75,
  digitsPerToken: 1,
  knowsCharacters: false,
  tokensPerRequest: 32,
  tokensPerMessage: 16,
  tokensWithTools: 1024,
};

const rules = new Map<string, TextRule>([
  ['openai', openai],
  // Not public. Claude 4.7 and later count up to 1.35 × their forerunners, which were seen at 1.1 to 1.3 × o200k:
  // 1.58 × on a page of text, https://huggingface.co/datasets/JOHNISKING/pdf-token-cost. With tools up to 530 tokens
  // of instructions come on top, https://docs.anthropic.com/en/docs/tool-use-pricing-and-tokens.
  ['anthropic', careful],
  // Not public. https://ai.google.dev/gemini-api/docs/tokens: about 4 characters a token, as with o200k.
  ['google', { ...careful, factor: 1.3, tokensWithTools: 256 }],
  // https://api-docs.deepseek.com/quick_start/token_usage: 0.3 tokens a character of English, o200k has 0.2 to 0.23.
  ['deepseek', { ...careful, factor: 1.5, tokensWithTools: 256 }],
  // Byte pairs, 131,000 tokens: https://mistralai.github.io/mistral-common/code_reference/mistral_common/tokens/tokenizers/tekken
  ['mistral', { ...careful, factor: 1.4, tokensWithTools: 256 }],
]);

/** A provider without a rule has the dearest. */
export function textRuleOf(provider: string): TextRule {
  return rules.get(provider) ?? careful;
}
