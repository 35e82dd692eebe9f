import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { googleDialect } from './google.adapter.js';
import { RemoteFileFetcher } from './remote-files/remote-file-fetcher.js';

main(() => {
  const config = readConfig();
  const fetcher = new RemoteFileFetcher({
    maxFiles: config.FETCH_MAX_FILES,
    maxBytes: config.FETCH_MAX_BYTES,
    timeoutMs: config.FETCH_TIMEOUT_MS,
    maxRedirects: config.FETCH_MAX_REDIRECTS,
    maxConcurrent: config.FETCH_MAX_CONCURRENT,
  });
  return runAdapter({
    service: 'adapter-google',
    baseUrl: config.GOOGLE_BASE_URL,
    keys: { variable: 'GOOGLE_API_KEY', key: config.GOOGLE_API_KEY, file: config.GOOGLE_API_KEY_FILE },
    config,
    dialect: googleDialect(fetcher),
  });
});
