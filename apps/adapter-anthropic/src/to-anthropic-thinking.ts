import type { ChatConversation } from '@tokenroute/openai-wire';
import type { AnthropicEffort, AnthropicModel } from './anthropic-models.js';
import type { AnthropicMessage, AnthropicThinking, AnthropicToolChoice } from './anthropic-wire.js';

type ReasoningEffort = NonNullable<ChatConversation['reasoning_effort']>;
type ActiveEffort = Exclude<ReasoningEffort, 'none'>;

/** The least Anthropic takes. */
const leastBudget = 1_024;

/** Tokens to think with, where the model wants a number. */
const budgets: Readonly<Record<ActiveEffort, number>> = {
  minimal: leastBudget,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
};

export type ThinkingDecision =
  | { kind: 'not-asked' }
  | { kind: 'thinks'; thinking: AnthropicThinking; effort?: AnthropicEffort }
  /** Asked for, and not to be had with the rest of the request: the answer comes without it. */
  | { kind: 'not-possible' };

export interface ThinkingCircumstances {
  effort: ChatConversation['reasoning_effort'];
  model: AnthropicModel;
  maxTokens: number;
  toolChoice: AnthropicToolChoice | undefined;
  messages: readonly AnthropicMessage[];
}

/**
 * How hard the model is to think. `reasoning_effort` is a wish and gives way to what the client demands (a forced tool) or
 * has lost (the thinking of a turn that is still open).
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking
 */
export function toAnthropicThinking(request: ThinkingCircumstances): ThinkingDecision {
  const { effort, model, maxTokens, toolChoice, messages } = request;
  if (effort == null || effort === 'none') return { kind: 'not-asked' };
  const isForced = toolChoice?.type === 'any' || toolChoice?.type === 'tool';
  if (isForced || model.thinking === 'none') return { kind: 'not-possible' };
  if (model.thinking === 'adaptive') return toAdaptive(effort, model);
  const isPrefilled = messages.at(-1)?.role === 'assistant';
  if (maxTokens <= leastBudget || isPrefilled || lacksThinking(messages)) return { kind: 'not-possible' };
  return { kind: 'thinks', thinking: { type: 'enabled', budget_tokens: toBudget(effort, maxTokens) } };
}

/** Below `max_tokens`, of which a fifth stays for the answer where that is possible. */
function toBudget(effort: ActiveEffort, maxTokens: number): number {
  return Math.max(leastBudget, Math.min(budgets[effort], Math.floor(maxTokens * 0.8)));
}

function toAdaptive(effort: ActiveEffort, model: AnthropicModel): ThinkingDecision {
  const wished = effort === 'minimal' ? 'low' : effort;
  return {
    kind: 'thinks',
    thinking: { type: 'adaptive', ...(model.hidesThinking && { display: 'summarized' }) },
    effort: model.efforts.includes(wished) ? wished : 'high',
  };
}

/**
 * Whether an assistant's turn is still open, with tool results as the last word, and does not begin with its thinking: a
 * client that did not echo it. Anthropic refuses such a turn while thinking is on.
 */
function lacksThinking(messages: readonly AnthropicMessage[]): boolean {
  const isOpen = messages.at(-1)?.content.some(({ type }) => type === 'tool_result');
  if (!isOpen) return false;
  // What the user said last before it began; words beside the last results belong to the turn.
  const before = messages
    .slice(0, -1)
    .findLastIndex(
      ({ role, content }) => role === 'user' && content.some(({ type }) => type !== 'tool_result'),
    );
  const first = messages[before + 1]?.content[0]?.type;
  return first !== 'thinking' && first !== 'redacted_thinking';
}
