/** Parts of OpenAI's API that clients know and this service does not offer yet. */
const notYetOffered = [
  'assistants',
  'audio',
  'batches',
  'completions',
  'conversations',
  'embeddings',
  'files',
  'fine_tuning',
  'images',
  'moderations',
  'realtime',
  'responses',
  'threads',
  'uploads',
  'vector_stores',
  'videos',
];

const offered =
  'POST /v1/chat/completions, GET /v1/models, GET /v1/models/{id} and GET /v1/usage/{request_id}';

/** What to tell a client that asked for a path we do not have. */
export function notFoundMessage(method: string, path: string): string {
  const shown = path.slice(0, 200);
  const known = notYetOffered.includes(/^\/v1\/([a-z_]+)/.exec(path)?.[1] ?? '');
  return known
    ? `${shown} is not offered yet. What is: ${offered}.`
    : `There is no ${method} ${shown} here. What there is: ${offered}.`;
}
