import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yaml from 'yaml';
import { repositoryRoot } from '../workspace.js';

interface NatsValues {
  config: {
    nats: { tls: { enabled: boolean; merge: Record<string, boolean> } };
    merge: Record<string, string>;
  };
}

const text = await readFile(join(repositoryRoot, 'k8s/data-stores/nats-values.yaml'), 'utf8');

test('NATS in Kubernetes takes names from certificates alone, and gives each its own permissions', () => {
  const { nats, merge } = (yaml.parse(text) as NatsValues).config;
  expect(nats.tls).toMatchObject({ enabled: true, merge: { verify_and_map: true } });
  expect(merge['$include']).toBe('./authorization.conf');
});
