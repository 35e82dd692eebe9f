import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLogger, main } from '@tokenroute/service-kit';
import type { DashboardConfig } from './config.js';
import { DashboardModule } from './dashboard.module.js';
import { openApiDocument } from './openapi-document.js';

/** Writes the description of /api to the file that is named: `node dist/write-openapi.js openapi.json`. */
main(async () => {
  const config = { AUTH_ADDRESS: 'unused:1', BILLING_ADDRESS: 'unused:1', CALL_TIMEOUT_MS: 1 };
  const module = DashboardModule.register(config as DashboardConfig, createLogger('dashboard-api', 'error'));
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  await writeFile(process.argv[2]!, `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
  await app.close();
});
