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
import { mistralModels } from './mistral-models.js';

/** https://docs.mistral.ai/api/#tag/chat */
const fields = new Set(
  (
    'model messages temperature top_p max_tokens stream stop random_seed metadata response_format tools tool_choice ' +
    'presence_penalty frequency_penalty n prediction parallel_tool_calls prompt_mode reasoning_effort safe_prompt ' +
    'guardrails prompt_cache_key'
  ).split(' '),
);
const messageFields: Record<string, Set<string>> = {
  system: new Set(['role', 'content']),
  user: new Set(['role', 'content']),
  assistant: new Set(['role', 'content', 'tool_calls', 'prefix']),
  tool: new Set(['role', 'content', 'tool_call_id', 'name']),
};
const partTypes = ['text', 'image_url', 'document_url', 'input_audio', 'file', 'thinking', 'reference'];

/** Pydantic's list of what is wrong, with status 422. */
const invalid = (type: string, loc: (string | number)[], msg: string, input: unknown): Refusal =>
  new Refusal(422, msg, { fields: [{ type, loc: ['body', ...loc], msg, input: input ?? null }] });

const refuse = (message: string, param: string, found?: unknown): Refusal =>
  found === undefined
    ? invalid('missing', [param], 'Field required', found)
    : invalid('value_error', [param], message, found);

const order = (message: string): Refusal =>
  new Refusal(400, message, { type: 'invalid_request_message_order', code: '3230' });

export function readMistralRequest(body: unknown): Ask {
  if (!isObject(body)) throw invalid('model_attributes_type', [], 'Input should be a valid dictionary', body);
  checkFields(body);
  const { model } = body;
  if (typeof model !== 'string') throw invalid('missing', ['model'], 'Field required', model);
  const answeringModel = mistralModels.resolve(model);
  if (answeringModel === undefined)
    throw new Refusal(400, `Invalid model: ${model}`, { type: 'invalid_model', code: '1500' });
  const conversation = readMessages(body.messages, {
    roles: ['system', 'user', 'assistant', 'tool'],
    partTypes,
    refuse,
    checkMessage,
    unpaired: () => order('Not the same number of function calls and responses'),
  });
  checkEnd(conversation.messages.at(-1) ?? {});
  readInRange(body.temperature, 'temperature', 0, 1.5, refuse);
  readInRange(body.top_p, 'top_p', 0, 1, refuse);
  const tools = readTools(body.tools, refuse);
  const output = readResponseFormat(body.response_format, refuse);
  tools.forEach((tool) => conversation.tokens.json(tool));
  if (output.kind === 'json-schema') conversation.tokens.json(output.schema);
  const effort = body.reasoning_effort;
  return {
    model,
    answeringModel,
    stream: body.stream === true,
    streamUsage: true,
    prompt: conversation.prompt,
    attachments: conversation.attachments,
    tools,
    toolChoice: readToolChoice(body.tool_choice, tools, refuse, ['none', 'auto', 'any', 'required']),
    parallelToolCalls: body.parallel_tool_calls !== false,
    toolResults: conversation.toolResults,
    output,
    maxOutputTokens: readLimit(body.max_tokens, 'max_tokens', refuse),
    stop: readStop(body.stop),
    thinking:
      effort === undefined
        ? model.startsWith('magistral') || body.prompt_mode === 'reasoning'
        : effort !== 'none',
    showThinking: true,
    choices: readLimit(body.n, 'n', refuse) ?? 1,
    inputTokens: conversation.tokens.total,
    audioInputTokens: conversation.tokens.audio,
  };
}

/** Stricter than the provider in one thing: it takes null for some of its fields, the simulator for none. */
function checkFields(body: Json): void {
  for (const [name, value] of Object.entries(body)) {
    if (!fields.has(name)) throw invalid('extra_forbidden', [name], 'Extra inputs are not permitted', value);
    if (value === null) throw invalid('none_forbidden', [name], 'Input should not be null', value);
  }
}

function checkMessage(message: Json, index: number): void {
  const role = asText(message.role);
  for (const [name, value] of Object.entries(message))
    if (!messageFields[role]?.has(name))
      throw invalid(
        'extra_forbidden',
        ['messages', index, role, name],
        'Extra inputs are not permitted',
        value,
      );
  if (role !== 'assistant') return;
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  if (calls.length === 0 && (message.content == null || message.content === ''))
    throw new Refusal(400, 'Assistant message must have either content or tool_calls, but not none.', {
      type: 'invalid_request_assistant_message',
      code: '3240',
    });
  for (const call of calls) {
    const id: unknown = isObject(call) ? call.id : undefined;
    if (typeof id !== 'string' || !/^[a-zA-Z0-9]{9}$/.test(id))
      throw new Refusal(
        400,
        `Tool call id was ${asText(id)} but must be a-z, A-Z, 0-9, with a length of 9.`,
        {
          type: 'invalid_function_call',
          code: '3280',
        },
      );
  }
}

function checkEnd(last: Json): void {
  if (last.role === 'assistant' && last.prefix !== true)
    throw order(
      'Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant',
    );
  if (last.role === 'system') throw order('Expected last role User or Tool for serving but got system');
}
