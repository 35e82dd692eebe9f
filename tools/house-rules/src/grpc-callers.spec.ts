import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { grpcCallers } from '@tokenroute/contracts';
import { readCallMap } from './kubernetes/call-map.js';
import { repositoryRoot } from './workspace.js';

const serverOf: Record<string, string> = { auth: 'auth', billing: 'billing', provider: 'adapters' };

test('whom a server lets in by certificate is who calls it on the map, and operators', async () => {
  const map = readCallMap(await readFile(join(repositoryRoot, 'docs/ARCHITECTURE.md'), 'utf8'), {});
  const allowed = [...grpcCallers].flatMap(([path, callers]) => {
    const server = serverOf[/^\/tokenroute\.([a-z]+)\./.exec(path)![1]!];
    return callers.map((caller) => `${caller} -> ${server}:grpc`);
  });
  const edges = [...new Set(allowed)].sort();
  expect(edges.filter((edge) => !edge.startsWith('operator '))).toEqual(
    map.filter((edge) => edge.endsWith(':grpc')),
  );
  expect(edges.filter((edge) => edge.startsWith('operator '))).toEqual([
    'operator -> auth:grpc',
    'operator -> billing:grpc',
  ]);
});
