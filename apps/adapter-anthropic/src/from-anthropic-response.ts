import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { Usage } from '@tokenroute/contracts';
import {
  type AnswerChoice,
  type AnswerToolCall,
  completedWithUsage,
  jsonMembers,
  type ReasoningDetail,
  toChatCompletion,
  toUnreadableFault,
  withJsonMembers,
} from '@tokenroute/openai-wire';
import { type AnthropicBlock, type AnthropicResponse, responseSchema } from './anthropic-wire.js';
import { fromAnthropicFinishReason } from './from-anthropic-finish-reason.js';
import { fromAnthropicThinking } from './from-anthropic-thinking.js';
import { fromAnthropicUsage } from './from-anthropic-usage.js';
import { type AnsweredRequest, readClientDemand } from './read-client-demand.js';

const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

/**
 * A plain answer as a chat completion.
 * @param createdAt Unix seconds
 * @throws Fault upstream when it is not a complete message
 */
export function fromAnthropicResponse(body: string, request: AnsweredRequest, createdAt: number): AnswerEnd {
  const answer = readResponse(body);
  const identity = { id: `chatcmpl-${request.requestId}`, created: createdAt, model: request.publicModel };
  const choice = toChoice(answer, toInputs(body, answer), readClientDemand(request).answerTool);
  const usage = fromAnthropicUsage(answer.usage);
  const json = toChatCompletion(identity, [choice], usage ?? noUsage);
  // Not told is not zero: then there is no usage to show.
  return {
    completed: completedWithUsage(usage ? json : withJsonMembers(json, { usage: null })),
    usage,
    finishReason: choice.finishReason,
  };
}

function toChoice(answer: AnthropicResponse, inputs: string[], answerTool: string | null): AnswerChoice {
  let text = '';
  let reasoning = '';
  let structured: string | null = null;
  const reasoningDetails: ReasoningDetail[] = [];
  const toolCalls: AnswerToolCall[] = [];
  for (const [index, block] of answer.content.entries()) {
    const input = inputs[index] ?? '{}';
    if (block.type === 'text') text += block.text ?? '';
    if (block.type === 'thinking') reasoning += block.thinking ?? '';
    if (block.type === 'tool_use' && block.name === answerTool) structured ??= input;
    else if (block.type === 'tool_use') toolCalls.push(toToolCall(block, input));
    const detail = fromAnthropicThinking(block, index);
    if (detail) reasoningDetails.push(detail);
  }
  const refusal = answer.stop_reason === 'refusal' ? (answer.stop_details?.explanation ?? null) : null;
  const finishReason = fromAnthropicFinishReason(answer.stop_reason);
  const content = structured ?? (text || null);
  return {
    content: content === null && toolCalls.length === 0 && refusal === null ? '' : content,
    refusal,
    reasoningContent: reasoning,
    reasoningDetails,
    toolCalls,
    finishReason: finishReason === 'tool_calls' && toolCalls.length === 0 ? 'stop' : finishReason,
  };
}

function toToolCall({ id, name }: AnthropicBlock, input: string): AnswerToolCall {
  return { id: id ?? '', name: name ?? '', arguments: input };
}

/** The input of each block as Anthropic wrote it: a number keeps all its digits, an object the order of its keys. */
function toInputs(body: string, answer: AnthropicResponse): string[] {
  const content = jsonMembers(body)?.findLast(({ key }) => key === 'content');
  let at = content?.valueStart ?? 0;
  return answer.content.map(() => {
    const start = body.indexOf('{', at);
    const block = body.slice(start, content?.valueEnd);
    const members = jsonMembers(block) ?? [];
    at = start + block.indexOf('}', members.at(-1)?.valueEnd ?? 0) + 1;
    const input = members.findLast(({ key }) => key === 'input');
    const text = input ? block.slice(input.valueStart, input.valueEnd) : '{}';
    return text.startsWith('{') ? text : '{}';
  });
}

function readResponse(body: string): AnthropicResponse {
  try {
    return responseSchema.parse(JSON.parse(body));
  } catch (error) {
    throw toUnreadableFault('Anthropic', body, error);
  }
}
