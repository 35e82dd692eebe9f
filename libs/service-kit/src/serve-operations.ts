import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthAnswer, type Readiness, livenessAnswer, readinessAnswer } from './health.module.js';
import { metricsContentType, metricsText } from './metrics.js';

interface Answer {
  status: number;
  contentType: string;
  text: string;
}

/**
 * Serves GET /metrics, /healthz and /readyz, for a service whose HTTP port is the public's: a crowd that connects there keeps
 * nobody waiting here. Probes that have to wait behind one would end a service that has much to do.
 */
export async function serveOperations(host: string, port: number, readiness: Readiness): Promise<Server> {
  const answers: Readonly<Record<string, () => Promise<Answer>>> = {
    '/metrics': async () => ({ status: 200, contentType: metricsContentType, text: await metricsText() }),
    '/healthz': async () => inJson(livenessAnswer()),
    '/readyz': async () => inJson(await readinessAnswer(readiness)),
  };
  const server = createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    if (request.method !== 'GET' || !Object.hasOwn(answers, path)) {
      response.writeHead(404).end();
      return;
    }
    answers[path]!().then(
      ({ status, contentType, text }) =>
        response.writeHead(status, { 'content-type': contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // It never keeps a process that wants to end.
  return server.unref();
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function inJson({ status, body }: HealthAnswer): Answer {
  return { status, contentType: 'application/json; charset=utf-8', text: JSON.stringify(body) };
}
