import type { AnswerToolCall } from '@tokenroute/openai-wire';
import type { GoogleAnswerPart } from './google-wire.js';

/** The calls of one answer. Gemini may give them no ids, or the same twice: then they get one (rule 30). */
export class ToolCallReader {
  private readonly given = new Set<string>();
  private readonly seed: string;

  /** @param requestId makes the ids unique in a conversation, and the same whenever the same answer is read */
  constructor(requestId: string) {
    this.seed = requestId.replaceAll('-', '').slice(-24);
  }

  /** The signature travels with the call, as Google's own OpenAI endpoint has it (rules 31, 35). */
  fromGoogle(
    call: NonNullable<GoogleAnswerPart['functionCall']>,
    signature: string | null | undefined,
  ): AnswerToolCall {
    return {
      id: this.idOf(call.id),
      name: call.name,
      arguments: JSON.stringify(call.args ?? {}),
      ...(signature && { extra: { extra_content: { google: { thought_signature: signature } } } }),
    };
  }

  private idOf(id: string | null | undefined): string {
    const unique = id && !this.given.has(id) ? id : `call_${this.seed}_${this.given.size}`;
    this.given.add(unique);
    return unique;
  }
}
