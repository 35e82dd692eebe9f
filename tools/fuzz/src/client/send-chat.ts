import { type Agent, type IncomingMessage, request } from 'node:http';
import { type ChatCase, keyPlaceholder } from '../fuzz-case.js';
import type { Answer } from './exchange.js';

const timeoutMs = 30_000;

/** Sends a chat request as a client library would. @returns its answer, or why there is none */
export function sendChat(
  sent: ChatCase,
  target: { port: number; secret: string; agent: Agent },
): Promise<Answer | string> {
  return new Promise((resolve) => {
    const asked = request({
      host: '127.0.0.1',
      port: target.port,
      method: 'POST',
      path: '/v1/chat/completions',
      agent: target.agent,
      headers: Object.fromEntries(
        sent.headers.map(([name, value]) => [name, value.replaceAll(keyPlaceholder, target.secret)]),
      ),
      timeout: timeoutMs,
    });
    asked.on('response', (response) => {
      readAnswer(response).then(resolve, (error: Error) => resolve(`broken off: ${error.message}`));
    });
    asked.on('timeout', () => asked.destroy(new Error(`nothing for ${timeoutMs} ms`)));
    asked.on('error', (error) => resolve(error.message));
    asked.end(sent.body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const headers = Object.entries(response.headers).map(([name, value]) => [name, value?.toString()]);
  return {
    status: response.statusCode!,
    headers: Object.fromEntries(headers) as Answer['headers'],
    body: Buffer.concat(pieces).toString('utf8'),
  };
}
