import { ModelCatalog } from '../model-catalog.js';

/** https://ai.google.dev/gemini-api/docs/models */
export const googleModels = new ModelCatalog(
  Object.fromEntries(
    (
      'gemini-2.0-flash gemini-2.0-flash-lite gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite ' +
      'gemini-3-pro-preview gemini-3-flash-preview gemini-3.1-pro-preview gemini-3.1-flash-lite-preview ' +
      'gemini-3.1-flash-lite gemini-3.5-flash gemini-flash-latest gemini-flash-lite-latest gemini-pro-latest'
    )
      .split(' ')
      .map((id) => [id, id]),
  ),
);

/** Since 2.5 the models think; flash-lite of 2.5 only when asked. */
export function thinksByDefault(model: string): boolean {
  return !model.startsWith('gemini-2.0') && !model.startsWith('gemini-2.5-flash-lite');
}

/** https://ai.google.dev/gemini-api/docs/thought-signatures: from Gemini 3 on a call without its signature is refused. */
export function needsSignatures(model: string): boolean {
  return model.startsWith('gemini-3');
}
