import type { GoogleModel } from './google-models.js';
import type { GoogleMediaPart, GooglePart, GoogleResultPart, GoogleTextPart } from './google-request.js';

/**
 * A tool's result (rule 29). Its files belong to it from Gemini 3 on; before, they stand behind it as the user's.
 * @param id for models that have ids
 */
export function toGoogleResult(
  name: string,
  id: string | undefined,
  texts: readonly GoogleTextPart[],
  media: readonly GoogleMediaPart[],
  model: GoogleModel,
): GooglePart[] {
  const response = toResponse(texts.map(({ text }) => text).join('\n'));
  const inside = model.hasCallIds && media.length > 0;
  const result: GoogleResultPart = {
    functionResponse: {
      ...(id !== undefined && { id }),
      name,
      response,
      ...(inside && { parts: [...media] }),
    },
  };
  return inside ? [result] : [result, ...media];
}

/** Has to be an object: anything else is wrapped. A number with more digits than a double holds stays text. */
function toResponse(text: string): Record<string, unknown> {
  if (/\d{16}/.test(text)) return { result: text };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return { result: text };
    return Array.isArray(value) ? { result: value } : (value as Record<string, unknown>);
  } catch {
    return { result: text };
  }
}
