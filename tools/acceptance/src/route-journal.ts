import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { routeJournalFile } from './config.js';

/*
 * Loaded into a service before its own code (NODE_OPTIONS=--import): writes down every route that its HTTP server is given,
 * one `METHOD /path` a line, so that a test sees those that are really there.
 */

interface HttpServer {
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): unknown;
}

const file = routeJournalFile();

if (file !== undefined) {
  subscribe('fastify.initialization', (message) => {
    (message as { fastify: HttpServer }).fastify.addHook('onRoute', ({ method, url }) => {
      appendFileSync(
        file,
        [method]
          .flat()
          .map((each) => `${each} ${url}\n`)
          .join(''),
      );
    });
  });
}
