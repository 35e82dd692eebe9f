import type { Model } from '@tokenroute/contracts';
import type { ChatRequest } from '@tokenroute/openai-wire';
import type { Attachment } from '../inputs.js';
import { attachmentBound } from './attachment-bound.js';
import { textBound } from './text-bound.js';
import { type TextRule, textRuleOf } from './text-rules.js';

/** What no model reads. Everything else of a request is text, known to us or not. */
const unread = new Set([
  'messages',
  'model',
  'metadata',
  'logit_bias',
  'user',
  'stream',
  'stream_options',
  'n',
]);
const withInstructions = ['tools', 'functions', 'response_format'];

/** At least the input tokens that a request will be billed for, and never more than the model's window takes. */
export function inputBound(request: ChatRequest, attachments: Attachment[], model: Model): number {
  const rule = textRuleOf(model.provider);
  const enough = model.contextTokens;
  const parts = new Map(attachments.map((attachment) => [attachment.path, attachment]));
  let tokens = rule.tokensPerRequest;
  if (withInstructions.some((name) => request[name] != null)) tokens += rule.tokensWithTools;
  for (const [name, value] of Object.entries(request)) {
    if (!unread.has(name)) tokens += memberBound(name, value, rule, enough);
  }
  for (const [index, message] of request.messages.entries()) {
    tokens += rule.tokensPerMessage;
    for (const [name, value] of Object.entries(message)) {
      if (name !== 'content' || !Array.isArray(value)) {
        tokens += memberBound(name, value, rule, enough);
        continue;
      }
      for (const [partIndex, part] of (value as unknown[]).entries()) {
        const attachment = parts.get(`messages[${index}].content[${partIndex}]`);
        tokens += attachment ? attachedBound(part, attachment, model, rule) : partBound(part, rule, enough);
        if (tokens >= enough) return enough;
      }
    }
    if (tokens >= enough) return enough;
  }
  return Math.min(tokens, enough);
}

function memberBound(name: string, value: unknown, rule: TextRule, enough: number): number {
  if (value === null || value === undefined) return 0;
  if (name === 'role') return 0;
  return valueBound(value, rule, enough);
}

/** A string is read as it stands, anything else as JSON, quotes and escapes included. */
function valueBound(value: unknown, rule: TextRule, enough: number): number {
  return textBound(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), rule, enough);
}

function partBound(part: unknown, rule: TextRule, enough: number): number {
  if (typeof part !== 'object' || part === null) return valueBound(part, rule, enough);
  const { type, text } = part as Record<string, unknown>;
  return type === 'text' && typeof text === 'string'
    ? textBound(text, rule, enough) + 4
    : valueBound(part, rule, enough);
}

function attachedBound(part: unknown, attachment: Attachment, model: Model, rule: TextRule): number {
  const { image_url: image } = part as Record<string, unknown>;
  const detail =
    typeof image === 'object' && image !== null ? (image as Record<string, unknown>)['detail'] : undefined;
  const around = JSON.stringify(part, (_name, value: unknown) =>
    value === attachment.payload ? undefined : value,
  );
  return (
    attachmentBound(attachment, typeof detail === 'string' ? detail : undefined, model) +
    textBound(around, rule, model.contextTokens)
  );
}
