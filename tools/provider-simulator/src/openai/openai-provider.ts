import { Refusal } from '../ask.js';
import { readBearer } from '../openai-dialect/read-bearer.js';
import type { Provider } from '../provider.js';
import { openaiModels } from './openai-models.js';
import { readOpenaiRequest } from './read-openai-request.js';
import { writeOpenaiPlain, writeOpenaiStream } from './write-openai-answer.js';
import { writeOpenaiError, writeOpenaiErrorFrame } from './write-openai-error.js';

const LISTED_AT = 1_715_367_049;

const listed = (id: string): object => ({ id, object: 'model', created: LISTED_AT, owned_by: 'system' });

export const openai: Provider = {
  name: 'openai',
  route(method, path) {
    if (method === 'POST' && path === '/v1/chat/completions') return { kind: 'chat' };
    if (method === 'GET' && path === '/v1/models') return { kind: 'models' };
    const id = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
    return method === 'GET' && id !== undefined ? { kind: 'models', id: decodeURIComponent(id) } : undefined;
  },
  authenticate(headers) {
    readBearer(
      headers,
      new Refusal(
        401,
        "You didn't provide an API key: send it in the Authorization header, as 'Bearer KEY'.",
      ),
      () => new Refusal(401, 'Incorrect API key provided.', { code: 'invalid_api_key' }),
    );
  },
  read: (body) => readOpenaiRequest(body),
  writePlain: writeOpenaiPlain,
  writeStream: writeOpenaiStream,
  writeError: (refusal) => writeOpenaiError(refusal),
  writeErrorFrame: writeOpenaiErrorFrame,
  writeModels(id) {
    if (id === undefined) return JSON.stringify({ object: 'list', data: openaiModels.ids.map(listed) });
    if (openaiModels.resolve(id) === undefined)
      throw new Refusal(404, `The model '${id}' does not exist`, { param: 'model', code: 'model_not_found' });
    return JSON.stringify(listed(id));
  },
  headers: (seed) => ({ 'x-request-id': `req_${seed.slice(0, 32)}`, 'openai-version': '2020-10-01' }),
};
