import { asText, isObject, Refusal, type Ask, type Json } from '../ask.js';
import { readMessages } from '../openai-dialect/read-messages.js';
import {
  readInRange,
  readLimit,
  readResponseFormat,
  readStop,
  readToolChoice,
  readTools,
} from '../openai-dialect/read-tools.js';
import { deepseekModels, isThinking } from './deepseek-models.js';

const CODE = 'invalid_request_error';
const refuse = (message: string): Refusal => new Refusal(400, message, { code: CODE });

/** Unknown fields are ignored, as by the provider; what it reads must be right. */
export function readDeepseekRequest(body: unknown): Ask {
  if (!isObject(body)) throw refuse('Failed to deserialize the JSON body into the target type.');
  if (body.model === undefined)
    throw refuse('Failed to deserialize the JSON body into the target type: missing field `model`');
  if (body.messages === undefined)
    throw refuse('Failed to deserialize the JSON body into the target type: missing field `messages`');
  const answeringModel = typeof body.model === 'string' ? deepseekModels.resolve(body.model) : undefined;
  if (answeringModel === undefined) throw refuse('Model Not Exist');
  const thinking = isThinking(body);
  const conversation = readMessages(body.messages, {
    roles: ['system', 'user', 'assistant', 'tool'],
    partTypes: ['text'],
    refuse,
    checkMessage: (message) => checkReasoning(message, thinking),
    unpaired: (_, ids) =>
      refuse(
        `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'. Not paired: ${ids.join(', ')}`,
      ),
  });
  readInRange(body.temperature, 'temperature', 0, 2, refuse);
  readInRange(body.top_p, 'top_p', 0, 1, refuse);
  const tools = readTools(body.tools, refuse);
  const output = readResponseFormat(body.response_format, formatRefusal, ['text', 'json_object']);
  if (output.kind === 'json' && !JSON.stringify(conversation.messages).toLowerCase().includes('json'))
    throw refuse(
      "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.",
    );
  tools.forEach((tool) => conversation.tokens.json(tool));
  return {
    model: asText(body.model),
    answeringModel,
    stream: body.stream === true,
    streamUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    prompt: conversation.prompt,
    attachments: conversation.attachments,
    tools,
    toolChoice: readToolChoice(body.tool_choice, tools, refuse),
    parallelToolCalls: true,
    toolResults: conversation.toolResults,
    output,
    maxOutputTokens: readLimit(body.max_tokens, 'max_tokens', refuse),
    stop: readStop(body.stop),
    thinking,
    showThinking: true,
    choices: 1,
    inputTokens: conversation.tokens.total,
    audioInputTokens: 0,
  };
}

const formatRefusal = (): Refusal => refuse('This response_format type is unavailable now');

/** https://api-docs.deepseek.com/guides/thinking_mode#tool-calls */
function checkReasoning(message: Json, thinking: boolean): void {
  const calls =
    message.role === 'assistant' && Array.isArray(message.tool_calls) && message.tool_calls.length > 0;
  if (thinking && calls && typeof message.reasoning_content !== 'string')
    throw refuse('The `reasoning_content` in the thinking mode must be passed back to the API.');
}
