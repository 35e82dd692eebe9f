import type { MistralContent } from './mistral-wire.js';

export interface SaidAndThought {
  text: string;
  reasoning: string;
}

/**
 * Content that came as parts: text and thinking, each joined. Parts that OpenAI has no place for (references) are left out.
 * https://docs.mistral.ai/capabilities/reasoning
 */
export function fromMistralContent(content: MistralContent): SaidAndThought {
  if (content === null || content === undefined) return { text: '', reasoning: '' };
  if (typeof content === 'string') return { text: content, reasoning: '' };
  let text = '';
  let reasoning = '';
  for (const part of content) {
    if (part.type === 'thinking') reasoning += thinkingText(part.thinking);
    else if (part.type === 'text') text += part.text ?? '';
  }
  return { text, reasoning };
}

function thinkingText(thinking: string | { text?: string | null }[] | null | undefined): string {
  if (!Array.isArray(thinking)) return thinking ?? '';
  return thinking.map((part) => part.text ?? '').join('');
}
