import { Fault } from '@tokenroute/faults';
import type { ChatConversation } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';
import type { GoogleThinkingConfig } from './google-request.js';

type Effort = NonNullable<ChatConversation['reasoning_effort']>;

/** As Google's own OpenAI endpoint reads the words: https://ai.google.dev/gemini-api/docs/openai#thinking */
const budgets = { minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576 };

/**
 * How much to think (rule 34). Thoughts are always shown: they are paid for in either case.
 * @throws Fault invalid-request when thinking shall be off and the model cannot
 */
export function toGoogleThinking(
  effort: Effort | null | undefined,
  model: GoogleModel,
): GoogleThinkingConfig | undefined {
  if (model.thinking === 'none') return undefined;
  if (effort == null) return model.thinksUnasked ? { includeThoughts: true } : undefined;
  if (effort === 'none') return withoutThinking(model);
  return model.thinking === 'budget' ? withBudget(effort, model) : withLevel(effort, model);
}

function withoutThinking(model: GoogleModel): GoogleThinkingConfig {
  if (model.thinking === 'budget' && model.thinkingBudget.least === 0) {
    return { includeThoughts: false, thinkingBudget: 0 };
  }
  const param = 'reasoning_effort';
  throw new Fault('invalid-request', `${param}: this model cannot answer without thinking.`, { param });
}

function withBudget(effort: Exclude<Effort, 'none'>, model: GoogleModel): GoogleThinkingConfig {
  const { most } = model.thinkingBudget;
  const thinkingBudget = effort === 'xhigh' || effort === 'max' ? most : budgets[effort];
  return { includeThoughts: true, thinkingBudget };
}

function withLevel(effort: Exclude<Effort, 'none'>, model: GoogleModel): GoogleThinkingConfig {
  switch (effort) {
    case 'minimal':
      return { includeThoughts: true, thinkingLevel: model.thinksMinimally ? 'minimal' : 'low' };
    case 'xhigh':
    case 'max':
      return { includeThoughts: true, thinkingLevel: 'high' };
    case 'low':
    case 'medium':
    case 'high':
      return { includeThoughts: true, thinkingLevel: effort };
  }
}
