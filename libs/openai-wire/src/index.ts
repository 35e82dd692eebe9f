export { asksForUsage, streamOptionsOf } from './asks-for-usage.js';
export {
  type AnswerChoice,
  type AnswerIdentity,
  type AnswerToolCall,
  ChatChunkWriter,
  type FinishReason,
  toChatCompletion,
  type TokenCounts,
  toUsageMember,
} from './chat-answer.js';
export { chatAnswerSchemas, type ErrorBody } from './chat-answer-wire.js';
export {
  type AssistantMessage,
  type ChatContent,
  type ChatConversation,
  type ChatMessage,
  type ChatPart,
  chatRequestSchemas,
  type ChatResponseFormat,
  type ChatTool,
  type ChatToolCall,
  type ChatToolChoice,
  readConversation,
  type ReasoningDetail,
  type ToolMessage,
} from './chat-conversation.js';
export { ChoiceProgress, completeChoice, type DialectChoice, type DialectDelta } from './complete-choice.js';
export { argumentsText, completeToolCalls, type DialectToolCall } from './complete-tool-calls.js';
export { ignoredParameters, type ParameterRule, type ParameterRules } from './chat-parameters.js';
export {
  type CompletedAnswer,
  completedWithoutUsage,
  completedWithUsage,
  rewrittenWithUsage,
} from './completed-with-usage.js';
export { toErrorBody } from './error-body.js';
export { mostJsonLevels, mostJsonValues } from './json-excess.js';
export { endOfJsonString, type JsonMember, jsonMembers, withJsonMembers } from './json-members.js';
export { type ChatRequest, readChatRequest } from './read-chat-request.js';
export { sseDone, sseEvent } from './sse.js';
export { echoedReasoning, toReasoningDetails } from './reasoning-details.js';
export { reasoningDetailsChunk } from './reasoning-details-chunk.js';
export { extraChunk, rewriteChunk, rewriteUsageChunk } from './rewrite-chunk.js';
export { rewriteCompletion } from './rewrite-completion.js';
export {
  type ProviderError,
  toProviderFault,
  toProviderStreamFault,
  toUnreadableFault,
} from './to-provider-fault.js';
export { withoutNulls } from './without-nulls.js';
