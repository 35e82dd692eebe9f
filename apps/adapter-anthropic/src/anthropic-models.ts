/** What differs between Anthropic's models in how they are asked. */
export interface AnthropicModel {
  /** `manual`: a budget of tokens. `adaptive`: an effort, and the model decides. */
  thinking: 'none' | 'manual' | 'adaptive';
  /** The efforts an adaptive model knows. */
  efforts: readonly AnthropicEffort[];
  /** Adaptive models after 4.6 hide the text of their thinking unless asked for it. */
  hidesThinking: boolean;
  /** Takes `output_config.format`, without a beta header. */
  structuredOutput: boolean;
  /** `one`: temperature or top_p, not both. */
  sampling: 'all' | 'one' | 'none';
}

export type AnthropicEffort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

const oldest: AnthropicModel = {
  thinking: 'none',
  efforts: [],
  hidesThinking: false,
  structuredOutput: false,
  sampling: 'all',
};
const claude4: AnthropicModel = { ...oldest, thinking: 'manual' };
const claude41: AnthropicModel = { ...claude4, sampling: 'one' };
const claude45: AnthropicModel = { ...claude41, structuredOutput: true };
const claude46: AnthropicModel = {
  ...claude45,
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'max'],
};

/** A model nobody has told us about is newer than those below. */
const newest: AnthropicModel = {
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  hidesThinking: true,
  structuredOutput: true,
  sampling: 'none',
};

/**
 * By the id's beginning. https://platform.claude.com/docs/en/build-with-claude/structured-outputs,
 * …/build-with-claude/adaptive-thinking, …/about-claude/models/migration-guide
 */
const models: Readonly<Record<string, AnthropicModel>> = {
  'claude-3-7-sonnet': claude4,
  'claude-3': oldest,
  'claude-opus-4-0': claude4,
  'claude-opus-4-20250514': claude4,
  'claude-sonnet-4-0': claude4,
  'claude-sonnet-4-20250514': claude4,
  'claude-opus-4-1': claude41,
  'claude-opus-4-5': claude45,
  'claude-sonnet-4-5': claude45,
  'claude-haiku-4-5': claude45,
  'claude-opus-4-6': claude46,
  'claude-sonnet-4-6': claude46,
};

/** @param upstreamModel e.g. `claude-haiku-4-5-20251001` */
export function anthropicModel(upstreamModel: string): AnthropicModel {
  for (const [prefix, model] of Object.entries(models)) {
    if (upstreamModel === prefix || upstreamModel.startsWith(`${prefix}-`)) return model;
  }
  return newest;
}
