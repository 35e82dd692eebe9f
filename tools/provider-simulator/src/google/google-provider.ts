import { Refusal } from '../ask.js';
import type { Provider } from '../provider.js';
import { googleModels } from './google-models.js';
import { readGoogleRequest } from './read-google-request.js';
import { writeGooglePlain, writeGoogleStream } from './write-google-answer.js';
import { writeGoogleError, writeGoogleErrorFrame } from './write-google-error.js';

const listed = (id: string): object => ({
  name: `models/${id}`,
  version: '001',
  displayName: id,
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens'],
});

export const google: Provider = {
  name: 'google',
  route(method, path, query) {
    const [, id, action] = /^\/v1(?:beta)?\/models\/([^/:]+?)(?:(?::|%3A)(\w+))?$/i.exec(path) ?? [];
    if (method === 'GET' && /^\/v1(beta)?\/models\/?$/.test(path)) return { kind: 'models' };
    if (method === 'GET' && id !== undefined && action === undefined) return { kind: 'models', id };
    if (method !== 'POST' || id === undefined) return undefined;
    const model = decodeURIComponent(id);
    if (action === 'generateContent') return { kind: 'chat', model, stream: false };
    if (action !== 'streamGenerateContent') return undefined;
    return { kind: 'chat', model, stream: true, form: query.get('alt') === 'sse' ? 'sse' : 'json-array' };
  },
  authenticate(headers, query) {
    const key =
      headers['x-goog-api-key'] ??
      query.get('key') ??
      /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (typeof key !== 'string' || key === '')
      throw new Refusal(
        403,
        "Method doesn't allow unregistered callers. Please use API Key or other form of API consumer identity.",
      );
    if (key.includes('invalid'))
      throw new Refusal(400, 'API key not valid. Please pass a valid API key.', { code: 'API_KEY_INVALID' });
  },
  read: (body, route) => readGoogleRequest(body, route.model ?? '', route.stream === true),
  writePlain: writeGooglePlain,
  writeStream: writeGoogleStream,
  writeError: (refusal) => writeGoogleError(refusal),
  writeErrorFrame: writeGoogleErrorFrame,
  writeModels(id) {
    if (id === undefined) return JSON.stringify({ models: googleModels.ids.map(listed) });
    if (googleModels.resolve(id) === undefined)
      throw new Refusal(404, `Model is not found: models/${id} for api version v1beta`);
    return JSON.stringify(listed(id));
  },
  headers: () => ({}),
};
