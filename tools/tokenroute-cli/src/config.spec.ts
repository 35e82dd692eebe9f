import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvFile, readAddresses } from './config.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenroute-cli-'));
  await writeFile(join(folder, 'dev.env'), 'AUTH_ADDRESS=127.0.0.1:7201\nBILLING_ADDRESS="127.0.0.1:7301"\n');
});
afterAll(() => rm(folder, { recursive: true }));

test('the environment goes before the file, address by address', async () => {
  const addresses = await readAddresses(
    { AUTH_ADDRESS: 'auth:1', BILLING_ADDRESS: '' },
    join(folder, 'dev.env'),
  );
  expect(addresses).toEqual({ auth: 'auth:1', billing: '127.0.0.1:7301' });
});

test('without a file and without the environment there is no address', async () => {
  expect(await readAddresses({}, join(folder, 'missing.env'))).toEqual({
    auth: undefined,
    billing: undefined,
  });
});

test('the files of a certificate are named together, and can be read', async () => {
  const file = join(folder, 'dev.env');
  const all = { TLS_CERT_FILE: file, TLS_KEY_FILE: file, TLS_CA_FILE: file };
  expect((await readAddresses(all, file)).tls?.key.toString()).toContain('AUTH_ADDRESS');
  await expect(readAddresses({ ...all, TLS_CA_FILE: '' }, file)).rejects.toThrow('TLS_CA_FILE is required');
  await expect(readAddresses({ ...all, TLS_KEY_FILE: '/nowhere' }, file)).rejects.toThrow(
    'TLS_KEY_FILE names a file that cannot be read',
  );
});

test('comments and what is no assignment are passed over', () => {
  const text = "# KEY=1\n\nnonsense\nA=1\nexport B='x y'\nURL=postgres://u:p@h/d?schema=auth\n";
  expect([...parseEnvFile(text)]).toEqual([
    ['A', '1'],
    ['B', 'x y'],
    ['URL', 'postgres://u:p@h/d?schema=auth'],
  ]);
});
