import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { deepSeekDialect } from './deepseek.adapter.js';

main(() => {
  const config = readConfig();
  return runAdapter({
    service: 'adapter-deepseek',
    baseUrl: config.DEEPSEEK_BASE_URL,
    keys: { variable: 'DEEPSEEK_API_KEY', key: config.DEEPSEEK_API_KEY, file: config.DEEPSEEK_API_KEY_FILE },
    config,
    dialect: deepSeekDialect,
  });
});
