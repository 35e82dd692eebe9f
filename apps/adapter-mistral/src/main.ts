import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { mistralDialect } from './mistral.adapter.js';

main(() => {
  const config = readConfig();
  return runAdapter({
    service: 'adapter-mistral',
    baseUrl: config.MISTRAL_BASE_URL,
    keys: { variable: 'MISTRAL_API_KEY', key: config.MISTRAL_API_KEY, file: config.MISTRAL_API_KEY_FILE },
    config,
    dialect: mistralDialect,
  });
});
