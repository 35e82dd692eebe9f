import { Fault } from '@tokenroute/faults';
import { z } from 'zod';

/**
 * The chat completion request as adapters translate it: every member typed, unknown ones kept.
 * https://platform.openai.com/docs/api-reference/chat/create
 */

const cacheControl = z.looseObject({ type: z.string(), ttl: z.string().nullish() }).nullish();

const textPart = z.looseObject({ type: z.literal('text'), text: z.string(), cache_control: cacheControl });
const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({
    url: z.string().describe('An address, or the image itself as `data:image/png;base64,…`.'),
    detail: z.string().nullish(),
  }),
  cache_control: cacheControl,
});
const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string(), format: z.string() }),
});
const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_data: z.string().nullish(),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
  }),
  cache_control: cacheControl,
});
const videoPart = z.looseObject({
  type: z.literal('video_url'),
  video_url: z.looseObject({ url: z.string() }),
});
const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

const part = z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart, videoPart, refusalPart]);
const content = z.union([z.string(), z.array(part)]);

const toolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function').nullish(),
  function: z.looseObject({ name: z.string().min(1), arguments: z.string() }),
  /** What a provider needs back with this call: see `ReasoningDetail`. */
  extra_content: z
    .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
    .nullish(),
});

/**
 * What a provider needs back on the next turn and OpenAI has no field for, as OpenRouter writes it: carried on the
 * assistant message under `reasoning_details`, returned unaltered by a client that echoes the message.
 */
const reasoningDetail = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  /** Proof of the text, for the provider alone. */
  signature: z.string().nullish(),
  /** Thinking that only the provider can read. */
  data: z.string().nullish(),
  /** Whose it is: other providers leave it out. */
  format: z.string().nullish(),
});

const systemMessage = z.looseObject({ role: z.enum(['system', 'developer']), content });
const userMessage = z.looseObject({ role: z.literal('user'), content });
const assistantMessage = z.looseObject({
  role: z.literal('assistant'),
  content: content.nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  reasoning_content: z.string().nullish(),
  reasoning_details: z.array(reasoningDetail).nullish(),
});
const toolMessage = z.looseObject({ role: z.literal('tool'), content, tool_call_id: z.string() });

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
  cache_control: cacheControl,
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string(),
      description: z.string().nullish(),
      schema: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const conversationSchema = z.looseObject({
  model: z.string().min(1).meta({ description: 'The id of a model: any of `GET /v1/models`.' }),
  messages: z
    .array(z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage, toolMessage]))
    .min(1)
    .meta({ description: 'The conversation so far.', examples: [[{ role: 'user', content: 'Say hello.' }]] }),
  stream: z
    .boolean()
    .nullish()
    .meta({ description: 'Answer piece by piece, as server-sent events.', examples: [true] }),
  stream_options: z
    .looseObject({
      include_usage: z
        .boolean()
        .nullish()
        .describe('Send the usage and what it cost in a chunk of its own, before `[DONE]`.'),
    })
    .nullish()
    .meta({ description: 'Of streams only.', examples: [{ include_usage: true }] }),
  max_tokens: z
    .int()
    .min(1)
    .nullish()
    .meta({ description: 'The older name of `max_completion_tokens`.', examples: [256] }),
  max_completion_tokens: z
    .int()
    .min(1)
    .nullish()
    .meta({
      description:
        'The most tokens the answer may have, thinking included. It bounds what is held for the request.',
      examples: [256],
    }),
  temperature: z
    .number()
    .nullish()
    .meta({ description: 'How freely tokens are drawn.', examples: [0.7] }),
  top_p: z
    .number()
    .nullish()
    .meta({ description: 'Draw from the likeliest tokens of this share alone.', examples: [0.9] }),
  top_k: z
    .number()
    .nullish()
    .meta({ description: 'Draw from this many of the likeliest tokens alone.', examples: [40] }),
  n: z
    .int()
    .min(1)
    .max(128)
    .nullish()
    .meta({ description: 'How many answers to give. Each is paid for.', examples: [2] }),
  stop: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .meta({ description: 'Texts before which the answer ends.', examples: [['END']] }),
  seed: z
    .int()
    .nullish()
    .meta({ description: 'The same seed makes the same answer likelier.', examples: [7] }),
  frequency_penalty: z
    .number()
    .nullish()
    .meta({ description: 'Makes tokens less likely the oftener they were used.', examples: [0.5] }),
  presence_penalty: z
    .number()
    .nullish()
    .meta({ description: 'Makes tokens less likely that were used at all.', examples: [0.5] }),
  user: z
    .string()
    .nullish()
    .meta({ description: 'Your own id of the person who asks.', examples: ['person-7'] }),
  tools: z
    .array(tool)
    .nullish()
    .meta({
      description: 'Functions the model may ask you to call.',
      examples: [
        [
          {
            type: 'function',
            function: {
              name: 'get_weather',
              parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
            },
          },
        ],
      ],
    }),
  tool_choice: toolChoice
    .nullish()
    .meta({ description: 'Whether a tool has to be called, and which.', examples: ['auto'] }),
  parallel_tool_calls: z
    .boolean()
    .nullish()
    .meta({ description: 'Whether several tools may be called at once.', examples: [false] }),
  response_format: responseFormat
    .nullish()
    .meta({ description: 'The form of the answer.', examples: [{ type: 'json_object' }] }),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    .nullish()
    .meta({ description: 'How long the model may think before it answers.', examples: ['low'] }),
});

/** The parts of a request by name, for whoever describes it. */
export const chatRequestSchemas = {
  ChatCompletionRequest: conversationSchema,
  SystemMessage: systemMessage,
  UserMessage: userMessage,
  AssistantMessage: assistantMessage,
  ToolMessage: toolMessage,
  TextPart: textPart,
  ImagePart: imagePart,
  AudioPart: audioPart,
  FilePart: filePart,
  VideoPart: videoPart,
  RefusalPart: refusalPart,
  Tool: tool,
  ToolCall: toolCall,
  ReasoningDetail: reasoningDetail,
} as const;

export type ChatConversation = z.infer<typeof conversationSchema>;
export type ChatMessage = ChatConversation['messages'][number];
export type AssistantMessage = z.infer<typeof assistantMessage>;
export type ToolMessage = z.infer<typeof toolMessage>;
export type ChatContent = z.infer<typeof content>;
export type ChatPart = z.infer<typeof part>;
export type ChatTool = z.infer<typeof tool>;
export type ChatToolCall = z.infer<typeof toolCall>;
export type ChatToolChoice = z.infer<typeof toolChoice>;
export type ChatResponseFormat = z.infer<typeof responseFormat>;
export type ReasoningDetail = z.infer<typeof reasoningDetail>;

/**
 * Reads a request for translation.
 * @param json text that JSON.parse accepts (the gateway has read it before)
 * @throws Fault invalid-request naming the first member that does not fit
 */
export function readConversation(json: string): ChatConversation {
  const result = conversationSchema.safeParse(JSON.parse(json));
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  const param = pathText(issue.path);
  throw new Fault('invalid-request', `${param}: ${issue.message}.`, { param });
}

/** Inside a union the alternative that got furthest tells what is wrong best. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  if (issue.code !== 'invalid_union') return issue;
  const alternatives = issue.errors.flatMap((errors) => errors.slice(0, 1)).map(deepest);
  const best = alternatives.sort((left, right) => right.path.length - left.path.length)[0];
  if (!best || best.path.length === 0) return { path: issue.path, message: 'has an invalid value' };
  return { path: [...issue.path, ...best.path], message: best.message };
}

/** `messages[2].content[0].image_url.url` */
function pathText(path: PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
