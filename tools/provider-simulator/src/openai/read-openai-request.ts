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
import { isReasoningModel, openaiModels, reasonsByDefault } from './openai-models.js';

/** https://platform.openai.com/docs/api-reference/chat/create */
const fields = new Set(
  (
    'audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens messages ' +
    'metadata modalities model moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key ' +
    'prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier seed ' +
    'service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity ' +
    'web_search_options'
  ).split(' '),
);
const roles = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const partTypes = ['text', 'image_url', 'input_audio', 'refusal', 'file'];
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

const refuse = (message: string, param: string, found?: unknown): Refusal =>
  new Refusal(400, message, {
    param,
    code: found === undefined ? 'missing_required_parameter' : 'invalid_value',
  });

export function readOpenaiRequest(body: unknown): Ask {
  if (!isObject(body)) throw new Refusal(400, 'Invalid body: expected a JSON object.');
  const unknown = Object.keys(body).find((name) => !fields.has(name));
  if (unknown !== undefined) throw new Refusal(400, `Unrecognized request argument supplied: ${unknown}`);
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw new Refusal(400, 'you must provide a model parameter');
  const answeringModel = openaiModels.resolve(model);
  if (answeringModel === undefined)
    throw new Refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    });
  checkSampling(body, model);
  const conversation = readMessages(body.messages, {
    roles,
    partTypes,
    refuse,
    unpaired: (index, ids) =>
      new Refusal(
        400,
        `Invalid parameter: tool messages must answer the 'tool_calls' of the assistant message before them. Not paired: ${ids.join(', ')}`,
        { param: `messages.[${index}].role` },
      ),
  });
  const tools = readTools(body.tools, refuse);
  const output = readResponseFormat(body.response_format, refuse);
  if (output.kind === 'json') checkWordJson(conversation.messages);
  if (output.kind === 'json-schema' && isObject(body.response_format))
    checkStrict(body.response_format.json_schema);
  tools.forEach((tool) => conversation.tokens.json(tool));
  if (output.kind === 'json-schema') conversation.tokens.json(output.schema);
  const effort = body.reasoning_effort ?? (reasonsByDefault(model) ? 'medium' : 'none');
  return {
    model,
    answeringModel,
    stream: body.stream === true,
    streamUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    prompt: conversation.prompt,
    attachments: conversation.attachments,
    tools,
    toolChoice: readToolChoice(body.tool_choice, tools, refuse),
    parallelToolCalls: body.parallel_tool_calls !== false,
    toolResults: conversation.toolResults,
    output,
    maxOutputTokens:
      readLimit(body.max_completion_tokens, 'max_completion_tokens', refuse) ??
      readLimit(body.max_tokens, 'max_tokens', refuse),
    stop: readStop(body.stop),
    thinking: isReasoningModel(model) && effort !== 'none',
    showThinking: false,
    choices: readLimit(body.n, 'n', refuse) ?? 1,
    inputTokens: conversation.tokens.total,
    audioInputTokens: conversation.tokens.audio,
  };
}

function checkSampling(body: Json, model: string): void {
  readInRange(body.temperature, 'temperature', 0, 2, refuse);
  readInRange(body.top_p, 'top_p', 0, 1, refuse);
  readInRange(body.frequency_penalty, 'frequency_penalty', -2, 2, refuse);
  readInRange(body.presence_penalty, 'presence_penalty', -2, 2, refuse);
  if (body.stream_options != null && body.stream !== true)
    throw refuse(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
      true,
    );
  if (
    body.reasoning_effort != null &&
    (!isReasoningModel(model) || !efforts.includes(asText(body.reasoning_effort)))
  )
    throw new Refusal(
      400,
      `Unsupported value: 'reasoning_effort' is not supported with this model or value.`,
      {
        param: 'reasoning_effort',
        code: 'unsupported_value',
      },
    );
  if (Array.isArray(body.stop) && body.stop.length > 4)
    throw refuse(
      "Invalid 'stop': array too long. Expected an array with maximum length 4.",
      'stop',
      body.stop,
    );
  if (!isReasoningModel(model)) return;
  if (body.max_tokens != null)
    throw new Refusal(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: 'max_tokens', code: 'unsupported_parameter' },
    );
  const off = body.reasoning_effort === 'none' || (body.reasoning_effort == null && !reasonsByDefault(model));
  if (!off && body.temperature != null && body.temperature !== 1)
    throw new Refusal(
      400,
      `Unsupported value: 'temperature' does not support ${asText(body.temperature)} with this model. Only the default (1) value is supported.`,
      { param: 'temperature', code: 'unsupported_value' },
    );
}

export function checkWordJson(messages: Json[]): void {
  if (!JSON.stringify(messages).toLowerCase().includes('json'))
    throw new Refusal(
      400,
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      {
        param: 'messages',
      },
    );
}

/** https://platform.openai.com/docs/guides/structured-outputs: strict schemas list every property and close every object. */
function checkStrict(form: unknown): void {
  if (!isObject(form) || form.strict !== true) return;
  const walk = (schema: unknown, at: string): void => {
    if (!isObject(schema)) return;
    if (isObject(schema.properties)) {
      const required = Array.isArray(schema.required) ? schema.required : [];
      const missing = Object.keys(schema.properties).find((name) => !required.includes(name));
      const problem =
        schema.additionalProperties !== false
          ? "'additionalProperties' is required to be supplied and to be false"
          : missing !== undefined
            ? `'required' has to name every property; missing '${missing}'`
            : undefined;
      if (problem !== undefined)
        throw new Refusal(
          400,
          `Invalid schema for response_format '${asText(form.name)}': in context=(${at}), ${problem}.`,
          {
            param: 'response_format',
          },
        );
      for (const [name, property] of Object.entries(schema.properties))
        walk(property, `${at}'properties', '${name}'`);
    }
    walk(schema.items, `${at}'items'`);
    for (const one of Array.isArray(schema.anyOf) ? schema.anyOf : []) walk(one, at);
    for (const one of Object.values(isObject(schema.$defs) ? schema.$defs : {})) walk(one, at);
  };
  walk(form.schema, '');
}
