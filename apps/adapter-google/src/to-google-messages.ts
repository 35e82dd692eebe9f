import { Fault } from '@tokenroute/faults';
import type { AssistantMessage, ChatContent, ChatConversation, ToolMessage } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';
import type { GoogleContent, GoogleMediaPart, GooglePart, GoogleTextPart } from './google-request.js';
import type { FetchedFiles } from './remote-files/remote-file.js';
import { isMediaPart, toGoogleMedia } from './to-google-media.js';
import { toGoogleAnswerParts } from './to-google-answer-parts.js';
import { toGoogleResult } from './to-google-result.js';

export interface GoogleMessages {
  systemInstruction?: { parts: GoogleTextPart[] };
  contents: GoogleContent[];
}

/**
 * Roles, parts and tool results (rules 28–31).
 * @param files what was fetched of the conversation's addresses
 * @throws Fault invalid-request naming what Gemini cannot take
 */
export function toGoogleMessages(
  conversation: Pick<ChatConversation, 'messages'>,
  model: GoogleModel,
  files: FetchedFiles,
): GoogleMessages {
  return new MessageWriter(model, files).write(conversation.messages);
}

class MessageWriter {
  private readonly system: GoogleTextPart[] = [];
  private readonly contents: GoogleContent[] = [];
  /** Every call so far, by its id. */
  private readonly calls = new Map<string, { name: string; order: number }>();
  /** Results that wait to be put in the order of their calls: Gemini tells equal names apart by nothing else. */
  private results: { order: number; parts: GooglePart[] }[] = [];

  constructor(
    private readonly model: GoogleModel,
    private readonly files: FetchedFiles,
  ) {}

  write(messages: ChatConversation['messages']): GoogleMessages {
    for (const [at, message] of messages.entries()) {
      if (message.role !== 'tool') this.flushResults();
      switch (message.role) {
        case 'system':
        case 'developer':
          this.system.push(...this.texts(message.content, `messages[${at}].content`));
          break;
        case 'user':
          this.add('user', this.parts(message.content, `messages[${at}].content`));
          break;
        case 'assistant':
          this.addAnswer(message, at);
          break;
        case 'tool':
          this.addResult(message, at);
      }
    }
    this.flushResults();
    return this.finished();
  }

  private finished(): GoogleMessages {
    // A conversation of instructions alone is a prompt.
    if (this.contents.length === 0) return { contents: [{ role: 'user', parts: orBlank(this.system) }] };
    // The first turn has to be the user's.
    if (this.contents[0]!.role === 'model') this.contents.unshift({ role: 'user', parts: orBlank([]) });
    return {
      ...(this.system.length > 0 && { systemInstruction: { parts: this.system } }),
      contents: this.contents,
    };
  }

  /** Neighbouring turns of one role become one. */
  private add(role: GoogleContent['role'], parts: GooglePart[]): void {
    if (parts.length === 0) return;
    const last = this.contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.contents.push({ role, parts });
  }

  private addAnswer(message: AssistantMessage, at: number): void {
    for (const call of message.tool_calls ?? []) {
      this.calls.set(call.id, { name: call.function.name, order: this.calls.size });
    }
    const texts = this.texts(message.content ?? '', `messages[${at}].content`);
    this.add('model', toGoogleAnswerParts(message, texts, `messages[${at}]`, this.model));
  }

  private addResult(message: ToolMessage, at: number): void {
    const call = this.calls.get(message.tool_call_id);
    if (call === undefined) {
      const param = `messages[${at}].tool_call_id`;
      throw new Fault('invalid-request', `${param} answers no call of an assistant message before it.`, {
        param,
      });
    }
    const param = `messages[${at}].content`;
    const texts = this.texts(message.content, param, { besideMedia: true });
    const media = this.media(message.content, param);
    const id = this.model.hasCallIds ? message.tool_call_id : undefined;
    this.results.push({ order: call.order, parts: toGoogleResult(call.name, id, texts, media, this.model) });
  }

  private flushResults(): void {
    if (this.results.length === 0) return;
    const inOrder = this.results.sort((left, right) => left.order - right.order);
    this.results = [];
    this.add(
      'user',
      inOrder.flatMap(({ parts }) => parts),
    );
  }

  private parts(content: ChatContent, param: string): GooglePart[] {
    if (typeof content === 'string') return textParts(content);
    return content.flatMap((part, number): GooglePart[] => {
      if (isMediaPart(part)) return [toGoogleMedia(part, `${param}[${number}]`, this.files)];
      return textParts(part.type === 'text' ? part.text : part.refusal);
    });
  }

  private media(content: ChatContent, param: string): GoogleMediaPart[] {
    if (typeof content === 'string') return [];
    return content.flatMap((part, number) =>
      isMediaPart(part) ? [toGoogleMedia(part, `${param}[${number}]`, this.files)] : [],
    );
  }

  /** @throws Fault invalid-request for a file where only text can stand */
  private texts(content: ChatContent, param: string, { besideMedia = false } = {}): GoogleTextPart[] {
    if (typeof content === 'string') return textParts(content);
    return content.flatMap((part, number) => {
      if (part.type === 'text') return textParts(part.text);
      if (part.type === 'refusal') return textParts(part.refusal);
      if (besideMedia) return [];
      const at = `${param}[${number}]`;
      throw new Fault('invalid-request', `${at}: only text can stand here.`, { param: at });
    });
  }
}

/** An empty text is refused upstream and says nothing. */
function textParts(text: string): GoogleTextPart[] {
  return text === '' ? [] : [{ text }];
}

function orBlank(parts: GoogleTextPart[]): GoogleTextPart[] {
  return parts.length > 0 ? parts : [{ text: ' ' }];
}
