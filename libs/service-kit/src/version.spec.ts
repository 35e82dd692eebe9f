import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthModule } from './health.module.js';
import { metricsText } from './metrics.js';
import { observeProcess } from './process-metrics.js';
import { version } from './version.js';

test('the version that runs is the package’s, in /healthz and in a metric', async () => {
  const file = new URL('../package.json', import.meta.url);
  expect(version).toBe((JSON.parse(await readFile(file, 'utf8')) as { version: string }).version);
  const app = await NestFactory.create<NestFastifyApplication>(
    HealthModule.register(),
    new FastifyAdapter(),
    {
      logger: false,
      abortOnError: false,
    },
  );
  await app.listen(0, '127.0.0.1');
  const answer = await fetch(`${await app.getUrl()}/healthz`);
  expect(await answer.json()).toEqual({ status: 'ok', version });
  await app.close();
  observeProcess();
  expect(await metricsText()).toMatch(new RegExp(`^tokenroute_build_info{version="${version}"} 1$`, 'm'));
});
