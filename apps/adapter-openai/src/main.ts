import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { OpenAiAdapter } from './openai.adapter.js';

main(() => {
  const config = readConfig();
  return runAdapter({
    service: 'adapter-openai',
    providerName: 'OpenAI',
    baseUrl: config.OPENAI_BASE_URL,
    config,
    create: (http) => new OpenAiAdapter(http, config.OPENAI_API_KEY),
  });
});
