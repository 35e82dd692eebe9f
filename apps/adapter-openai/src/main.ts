import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { openAiDialect } from './openai.adapter.js';

main(() => {
  const config = readConfig();
  return runAdapter({
    service: 'adapter-openai',
    baseUrl: config.OPENAI_BASE_URL,
    keys: { variable: 'OPENAI_API_KEY', key: config.OPENAI_API_KEY, file: config.OPENAI_API_KEY_FILE },
    config,
    dialect: openAiDialect,
  });
});
