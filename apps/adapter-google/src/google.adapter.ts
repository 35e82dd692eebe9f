import type { ProviderDialect } from '@tokenroute/adapter-kit';
import { readConversation } from '@tokenroute/openai-wire';
import { fromGoogleError } from './from-google-error.js';
import { fromGoogleResponse } from './from-google-response.js';
import { GoogleStream } from './from-google-stream.js';
import { googleParameters } from './google-parameters.js';
import type { RemoteFileFetcher } from './remote-files/remote-file-fetcher.js';
import { remoteFiles } from './to-google-media.js';
import { toGoogleRequest } from './to-google-request.js';

/** Gemini behind the OpenAI wire shape. What a request names by address is fetched first; the rest is pure. */
export function googleDialect(fetcher: Pick<RemoteFileFetcher, 'fetchAll'>): ProviderDialect {
  return {
    providerName: 'Gemini',
    telemetryName: 'gcp.gemini',
    parameters: googleParameters,
    // https://firebase.google.com/docs/reference/js/ai.singlerequestoptions: what is cancelled is billed all the same.
    cancelStopsMeter: false,
    authorize: (key) => ({ 'x-goog-api-key': key }),
    async toRequest(request, ends) {
      const conversation = readConversation(request.body.toString('utf8'));
      const files = await fetcher.fetchAll(remoteFiles(conversation), ends.signal);
      return toGoogleRequest(request, conversation, files);
    },
    fromResponse: fromGoogleResponse,
    openStream: (request) => new GoogleStream(request),
    fromError: fromGoogleError,
  };
}
