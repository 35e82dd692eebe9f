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
    keys: {
      variable: 'ANTHROPIC_API_KEY',
      key: config.ANTHROPIC_API_KEY,
      file: config.ANTHROPIC_API_KEY_FILE,
    },
    config,
    dialect: anthropicDialect(() => Math.floor(Date.now() / 1_000)),
  });
});
