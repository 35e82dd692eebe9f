import { Refusal } from '../ask.js';
import { readBearer } from '../openai-dialect/read-bearer.js';
import type { Provider } from '../provider.js';
import { mistralModels } from './mistral-models.js';
import { readMistralRequest } from './read-mistral-request.js';
import { writeMistralPlain, writeMistralStream } from './write-mistral-answer.js';
import { writeMistralError, writeMistralErrorFrame } from './write-mistral-error.js';

const LISTED_AT = 1_715_367_049;

const listed = (id: string): object => ({
  id,
  object: 'model',
  created: LISTED_AT,
  owned_by: 'mistralai',
  capabilities: { completion_chat: true, function_calling: true, vision: true },
  name: id,
  max_context_length: 131_072,
  type: 'base',
});

export const mistral: Provider = {
  name: 'mistral',
  route(method, path) {
    if (method === 'POST' && path === '/v1/chat/completions') return { kind: 'chat' };
    if (method === 'GET' && path === '/v1/models') return { kind: 'models' };
    const id = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
    return method === 'GET' && id !== undefined ? { kind: 'models', id: decodeURIComponent(id) } : undefined;
  },
  authenticate(headers) {
    readBearer(headers, new Refusal(401, 'Unauthorized'), () => new Refusal(401, 'Invalid API Key'));
  },
  read: (body) => readMistralRequest(body),
  writePlain: writeMistralPlain,
  writeStream: writeMistralStream,
  writeError: (refusal) => writeMistralError(refusal),
  writeErrorFrame: writeMistralErrorFrame,
  writeModels(id) {
    if (id === undefined) return JSON.stringify({ object: 'list', data: mistralModels.ids.map(listed) });
    if (mistralModels.resolve(id) === undefined) throw new Refusal(404, `Model not found: ${id}`);
    return JSON.stringify(listed(id));
  },
  headers: (seed) => ({ 'mistral-correlation-id': seed.slice(0, 32) }),
};
