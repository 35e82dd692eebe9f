import { Fault } from '@tokenroute/faults';
import { z } from 'zod';
import { jsonExcess, mostJsonLevels, mostJsonValues } from './json-excess.js';

interface Message {
  [member: string]: unknown;
  role: string;
}

/** What we read of a chat completion request; everything else travels on unread. */
const chatRequestSchema = z.looseObject({
  model: z.string().min(1),
  /** Each is looked at by `refuseWrongMessage`: zod would write an issue for every one of a hundred thousand. */
  messages: z
    .array(z.unknown())
    .min(1)
    .transform((messages) => messages as Message[]),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  n: z.int().min(1).max(128).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequestSchema>;

/**
 * Reads the JSON text of a chat completion request.
 * @throws Fault invalid-request naming the first member that does not fit
 */
export function readChatRequest(json: string): ChatRequest {
  refuseExcess(json);
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    throw new Fault('invalid-request', 'The request body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Fault('invalid-request', 'The request body must be a JSON object.');
  }
  const result = chatRequestSchema.safeParse(body);
  if (!result.success) throw toFault(result.error.issues[0]!, body);
  for (const [index, message] of result.data.messages.entries()) refuseWrongMessage(message, index);
  return result.data;
}

function refuseWrongMessage(message: unknown, index: number): void {
  const param = `messages[${index}]`;
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new Fault('invalid-request', `${param}: must be of type object.`, { param });
  }
  if (typeof (message as { role?: unknown }).role !== 'string') {
    throw new Fault('invalid-request', `${param}.role: must be of type string.`, { param: `${param}.role` });
  }
}

function refuseExcess(json: string): void {
  switch (jsonExcess(json)) {
    case null:
      return;
    case 'levels':
      throw new Fault('invalid-request', `The request body is nested in more than ${mostJsonLevels} levels.`);
    case 'values':
      throw new Fault('invalid-request', `The request body has more than ${mostJsonValues} values.`);
  }
}

function toFault(issue: z.core.$ZodIssue, body: object): Fault {
  const param = issue.path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
  const missing = issue.path.length === 1 && !(issue.path[0]! in body);
  const problem = missing ? 'is required' : describe(issue);
  return new Fault('invalid-request', `${param}: ${problem}.`, { param });
}

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return 'has an invalid value';
  }
}
