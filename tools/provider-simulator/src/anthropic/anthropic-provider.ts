import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../ask.js';
import type { Provider } from '../provider.js';
import { anthropicModels } from './anthropic-models.js';
import { readAnthropicRequest } from './read-anthropic-request.js';
import { writeAnthropicPlain, writeAnthropicStream } from './write-anthropic-answer.js';
import { requestId, writeAnthropicError, writeAnthropicErrorFrame } from './write-anthropic-error.js';

const listed = (id: string): object => ({
  type: 'model',
  id,
  display_name: id,
  created_at: '2025-09-29T00:00:00Z',
});

function authenticate(headers: IncomingHttpHeaders): void {
  const key = headers['x-api-key'] ?? /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (typeof key !== 'string' || key === '') throw new Refusal(401, 'x-api-key header is required');
  if (key.includes('invalid')) throw new Refusal(401, 'invalid x-api-key');
  if (headers['anthropic-version'] === undefined)
    throw new Refusal(400, 'anthropic-version: header is required');
}

export const anthropic: Provider = {
  name: 'anthropic',
  route(method, path) {
    if (method === 'POST' && path === '/v1/messages') return { kind: 'chat' };
    if (method === 'GET' && path === '/v1/models') return { kind: 'models' };
    const id = /^\/v1\/models\/([^/]+)$/.exec(path)?.[1];
    return method === 'GET' && id !== undefined ? { kind: 'models', id: decodeURIComponent(id) } : undefined;
  },
  authenticate,
  read: (body) => readAnthropicRequest(body),
  writePlain: writeAnthropicPlain,
  writeStream: writeAnthropicStream,
  writeError: writeAnthropicError,
  writeErrorFrame: writeAnthropicErrorFrame,
  writeModels(id) {
    const { ids } = anthropicModels;
    if (id === undefined)
      return JSON.stringify({
        data: ids.map(listed),
        has_more: false,
        first_id: ids[0],
        last_id: ids.at(-1),
      });
    if (anthropicModels.resolve(id) === undefined) throw new Refusal(404, `model: ${id}`);
    return JSON.stringify(listed(id));
  },
  headers: (seed) => ({ 'request-id': requestId(seed) }),
};
