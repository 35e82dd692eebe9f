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
    config,
    dialect: deepSeekDialect(config.DEEPSEEK_API_KEY),
  });
});
