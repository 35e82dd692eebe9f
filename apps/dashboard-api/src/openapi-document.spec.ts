import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLogger } from '@tokenroute/service-kit';
import { accessTable } from './access/access-table.js';
import type { DashboardConfig } from './config.js';
import { DashboardModule } from './dashboard.module.js';
import { openApiDocument } from './openapi-document.js';

const committed = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'));

test('the description that the page’s client is generated from is that of this code', async () => {
  const config = { AUTH_ADDRESS: 'unused:1', BILLING_ADDRESS: 'unused:1', CALL_TIMEOUT_MS: 1 };
  const module = DashboardModule.register(config as DashboardConfig, createLogger('dashboard-api', 'error'));
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  expect(JSON.parse(JSON.stringify(openApiDocument(app)))).toEqual(committed);
  await app.close();
});

test('every route that it describes is in the table of who may ask for it', () => {
  const described = Object.entries(committed.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(described.length).toBeGreaterThan(10);
  expect(described.filter((route) => !(route in accessTable))).toEqual([]);
});
