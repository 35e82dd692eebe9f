import 'reflect-metadata';
import { runAdapter } from '@tokenroute/adapter-kit';
import { main } from '@tokenroute/service-kit';
import { anthropicDialect } from './anthropic.adapter.js';
import { readConfig } from './config.js';

main(() => {
  const config = readConfig();
  return runAdapter({
    service: 'adapter-anthropic',
    baseUrl: config.ANTHROPIC_BASE_URL,
    config,
    dialect: anthropicDialect(config.ANTHROPIC_API_KEY, () => Math.floor(Date.now() / 1_000)),
  });
});
