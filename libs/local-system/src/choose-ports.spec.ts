import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '@tokenroute/local-servers';
import { choosePorts } from './choose-ports.js';
import type { ServiceDefinition } from './service-table.js';

async function gateway(): Promise<ServiceDefinition> {
  // Not handed out by freePort itself, which would count as taken from then on.
  const port = (await freePort()) + 1;
  return {
    name: 'gateway',
    folder: 'apps/gateway',
    ports: { http: { variable: 'GATEWAY_PORT', default: port } },
    stage: 1,
    environment: () => ({}),
  };
}

async function occupy(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a taken default is reported and the next free port used', async () => {
  const service = await gateway();
  const wanted = service.ports.http.default;
  const server = await occupy(wanted);
  const notes: string[] = [];
  try {
    const ports = await choosePorts([service], {
      environment: {},
      previous: {},
      onDetour: (note) => notes.push(note),
    });
    expect(ports['gateway.http']).toBeGreaterThan(wanted);
    expect(notes).toEqual([
      expect.stringContaining(`port ${wanted} (gateway) is taken, using ${ports['gateway.http']}`),
    ]);
  } finally {
    server.close();
  }
});

test('the port of the last start is preferred to the default', async () => {
  const service = await gateway();
  const previous = { 'gateway.http': service.ports.http.default + 3 };
  const ports = await choosePorts([service], { environment: {}, previous, onDetour: () => undefined });
  expect(ports).toEqual(previous);
});

test('a port chosen in the environment is used, or its variable named when it is taken', async () => {
  const service = await gateway();
  const chosen = service.ports.http.default;
  const wishes = { environment: { GATEWAY_PORT: String(chosen) }, previous: {}, onDetour: () => undefined };
  expect(await choosePorts([service], wishes)).toEqual({ 'gateway.http': chosen });
  const server = await occupy(chosen);
  try {
    await expect(choosePorts([service], wishes)).rejects.toThrow(
      `port ${chosen}, chosen by GATEWAY_PORT, is taken`,
    );
  } finally {
    server.close();
  }
});

test('a variable that holds no port is refused by name', async () => {
  const wishes = { environment: { GATEWAY_PORT: 'many' }, previous: {}, onDetour: () => undefined };
  await expect(choosePorts([await gateway()], wishes)).rejects.toThrow('GATEWAY_PORT is not a port number');
});
