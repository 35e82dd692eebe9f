import { Cancellation } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { googleDialect } from './google.adapter.js';
import type { FetchedFiles, RemoteFile } from './remote-files/remote-file.js';

function call(content: unknown): CompleteRequest {
  const body = Buffer.from(JSON.stringify({ model: 'gemini', messages: [{ role: 'user', content }] }));
  return {
    requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
    publicModel: 'gemini',
    upstreamModel: 'gemini-2.5-pro',
    stream: false,
    body,
    maxOutputTokens: 64_000,
    strictParams: false,
  };
}

describe('googleDialect', () => {
  test('what a request names by address is fetched first, and ends when the client goes (rule 40)', async () => {
    const asked: unknown[] = [];
    const fetcher = {
      fetchAll: async (files: readonly RemoteFile[], signal: AbortSignal): Promise<FetchedFiles> => {
        asked.push(files, signal);
        return new Map([['messages[0].content[0]', { mimeType: 'image/png', data: 'AAAA' }]]);
      },
    };
    const ends = new Cancellation();
    const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const { body } = await googleDialect(fetcher).toRequest(call([image]), ends);
    expect(asked).toEqual([
      [{ param: 'messages[0].content[0]', url: 'https://example.org/a.png', kind: 'image' }],
      ends.signal,
    ]);
    expect(JSON.parse(body).contents[0].parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
    ]);
  });
});
