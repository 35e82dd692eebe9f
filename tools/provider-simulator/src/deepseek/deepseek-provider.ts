import { Refusal } from '../ask.js';
import { readBearer } from '../openai-dialect/read-bearer.js';
import type { Provider } from '../provider.js';
import { deepseekModels } from './deepseek-models.js';
import { readDeepseekRequest } from './read-deepseek-request.js';
import { writeDeepseekPlain, writeDeepseekStream } from './write-deepseek-answer.js';
import { writeDeepseekError, writeDeepseekErrorFrame } from './write-deepseek-error.js';

export const deepseek: Provider = {
  name: 'deepseek',
  route(method, path) {
    const plain = path.replace(/^\/(v1|beta)(?=\/)/, '');
    if (method === 'POST' && plain === '/chat/completions') return { kind: 'chat' };
    return method === 'GET' && plain === '/models' ? { kind: 'models' } : undefined;
  },
  authenticate(headers) {
    readBearer(
      headers,
      new Refusal(401, 'Authentication Fails (auth header format should be Bearer sk-...)'),
      (key) => new Refusal(401, `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`),
    );
  },
  read: (body) => readDeepseekRequest(body),
  writePlain: writeDeepseekPlain,
  writeStream: writeDeepseekStream,
  writeError: (refusal) => writeDeepseekError(refusal),
  writeErrorFrame: writeDeepseekErrorFrame,
  writeModels: () =>
    JSON.stringify({
      object: 'list',
      data: deepseekModels.ids.map((id) => ({ id, object: 'model', owned_by: 'deepseek' })),
    }),
  headers: (seed) => ({ 'x-ds-trace-id': seed.slice(0, 32) }),
};
