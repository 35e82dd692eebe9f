import { isObject, type Json } from '../ask.js';
import { ModelCatalog } from '../model-catalog.js';

/** https://api-docs.deepseek.com/quick_start/pricing: chat and reasoner are names of the flash model without and with thinking. */
export const deepseekModels = new ModelCatalog({
  'deepseek-chat': 'deepseek-v4-flash',
  'deepseek-reasoner': 'deepseek-v4-flash',
  'deepseek-flash': 'deepseek-v4-flash',
  'deepseek-v4-flash': 'deepseek-v4-flash',
  'deepseek-v4-pro': 'deepseek-v4-pro',
});

/** https://api-docs.deepseek.com/guides/thinking_mode: on by default, but for deepseek-chat. */
export function isThinking(body: Json): boolean {
  if (isObject(body.thinking)) return body.thinking.type !== 'disabled';
  return body.model !== 'deepseek-chat';
}
