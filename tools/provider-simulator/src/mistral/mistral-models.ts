import { ModelCatalog } from '../model-catalog.js';

/** https://docs.mistral.ai/getting-started/models */
export const mistralModels = new ModelCatalog(
  Object.fromEntries(
    (
      'mistral-large-latest mistral-medium-latest mistral-small-latest mistral-tiny mistral-tiny-latest ' +
      'ministral-3b-latest ministral-8b-latest ministral-14b-latest magistral-medium-latest magistral-small-latest ' +
      'codestral-latest devstral-medium-latest devstral-small-latest pixtral-large-latest pixtral-12b ' +
      'voxtral-small-latest voxtral-mini-latest open-mistral-nemo mistral-large mistral-medium mistral-small ' +
      'magistral-medium magistral-small codestral devstral-medium devstral-small voxtral-small voxtral-mini ' +
      'ministral-3b ministral-8b'
    )
      .split(' ')
      .map((id) => [id, id]),
  ),
);
