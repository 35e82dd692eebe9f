import { Fault } from '@tokenroute/faults';
import type { AssistantMessage, ChatToolCall } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';
import type { GoogleCallPart, GooglePart, GoogleTextPart } from './google-request.js';
import { fromReasoningDetails } from './thought-signatures.js';

/**
 * Google's word for a call that Gemini 3 did not sign: one of another model, or of a client that dropped the signature.
 * Without it the whole request is refused. https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const unsigned = 'skip_thought_signature_validator';

/**
 * The parts of a former answer: its text before its calls (rule 30), each with the signature that it came with (rule 31).
 * @param texts the message's content
 * @param param e.g. `messages[3]`
 * @throws Fault invalid-request when the arguments of a call are not a JSON object
 */
export function toGoogleAnswerParts(
  message: AssistantMessage,
  texts: readonly GoogleTextPart[],
  param: string,
  model: GoogleModel,
): GooglePart[] {
  const spoken = message.refusal ? [...texts, { text: message.refusal }] : texts;
  const calls = (message.tool_calls ?? []).map((call, index) =>
    toCallPart(call, `${param}.tool_calls[${index}].function.arguments`, model),
  );
  const [first, ...others] = calls;
  const signedCalls =
    first && model.hasCallIds && first.thoughtSignature === undefined
      ? [{ ...first, thoughtSignature: unsigned }, ...others]
      : calls;
  return [...withSignatures(spoken, fromReasoningDetails(message.reasoning_details)), ...signedCalls];
}

/** The last text carries the last signature; a signature without a text has an empty one. */
function withSignatures(texts: readonly GoogleTextPart[], signatures: readonly string[]): GoogleTextPart[] {
  const last = signatures.at(-1);
  if (last === undefined) return [...texts];
  const before = signatures.slice(0, -1).map((thoughtSignature) => ({ text: '', thoughtSignature }));
  const text = texts.at(-1)?.text ?? '';
  return [...before, ...texts.slice(0, -1), { text, thoughtSignature: last }];
}

function toCallPart(call: ChatToolCall, param: string, model: GoogleModel): GoogleCallPart {
  const signature = call.extra_content?.google?.thought_signature;
  return {
    functionCall: {
      ...(model.hasCallIds && { id: call.id }),
      name: call.function.name,
      args: readArguments(call.function.arguments, param),
    },
    ...(signature && { thoughtSignature: signature }),
  };
}

function readArguments(json: string, param: string): Record<string, unknown> {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new Fault('invalid-request', `${param} is not the JSON text of an object.`, { param });
}
