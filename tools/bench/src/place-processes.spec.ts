import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayCpuRequest, placeProcesses, serviceCpuRequest } from './place-processes.js';
import { repository } from './repository.js';

test('the weights are the CPU requests of the manifests', () => {
  const milliCpuIn = (file: string) =>
    Number(/requests: \{ cpu: (\d+)m,/.exec(readFileSync(join(repository, 'k8s', file), 'utf8'))?.[1]);
  expect(milliCpuIn('base/gateway/deployment.yaml')).toBe(gatewayCpuRequest);
  expect(milliCpuIn('base/service/deployment.yaml')).toBe(serviceCpuRequest);
});

test('a process gets its weight and gives it back when it has ended, or the report says why not', async () => {
  const child = spawn('sleep', ['60']);
  const groups = () => readFileSync(`/proc/${child.pid}/cgroup`, 'utf8');
  const before = groups();
  const placing = placeProcesses([{ name: 'gateway', pid: child.pid! }], []);
  const weighed = placing.text.includes('have the weight');
  expect(groups() !== before).toBe(weighed);
  const group = /tokenroute-\S+/.exec(groups())?.[0];
  if (!weighed) expect(placing.text).toMatch(/all sessions weigh the same \(.+\)/);
  child.kill();
  await once(child, 'exit');
  await placing.end();
  for (const tree of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'])
    expect(group !== undefined && existsSync(join(tree, group))).toBe(false);
});
