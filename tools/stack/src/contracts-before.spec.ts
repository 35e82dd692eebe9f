import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const { contractsBefore } = (await import(join(root, 'tools/stack/setup/contracts-before.mjs'))) as {
  contractsBefore: (folder: string, repository: string) => Promise<string | undefined>;
};

describe('contracts are compared with the version before', () => {
  let scratch: string;
  let repository: string;
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository });
  const commit = async (proto: string) => {
    await writeFile(join(repository, 'proto/a.proto'), `syntax = "proto3";\npackage a;\n${proto}\n`);
    await git('add', '-A');
    await git('commit', '--quiet', '--message', 'change');
    return (await git('rev-parse', 'HEAD')).stdout.trim();
  };
  const broken = async (before: string) => {
    const buf = join(root, 'node_modules/.bin/buf');
    const outcome = run(buf, ['breaking', '--against', before], { cwd: repository });
    return outcome.then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
  };

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'tokenroute-contracts-'));
    repository = join(scratch, 'repository');
    await mkdir(join(repository, 'proto'), { recursive: true });
    await writeFile(
      join(repository, 'buf.yaml'),
      'version: v2\nmodules:\n  - path: proto\nbreaking:\n  use: [WIRE_JSON]\n',
    );
    await git('init', '--quiet', '--initial-branch', 'main');
  });

  afterEach(() => rm(scratch, { recursive: true, force: true }));

  test('a field that is gone is found, one that is new is not', async () => {
    const first = await commit('message M { string kept = 1; string gone = 2; }');
    await commit('message M { string kept = 1; string gone = 2; string added = 3; }');
    const before = join(scratch, 'before');
    expect(await contractsBefore(before, repository)).toBe(first);
    expect(await broken(before)).toBe('');
    await commit('message M { string kept = 1; string added = 3; }');
    expect(await contractsBefore(before, repository)).not.toBe(first);
    expect(await broken(before)).toContain('"2" with name "gone" on message "M"');
  });

  test('a branch is held to where it left main', async () => {
    const left = await commit('message M { string kept = 1; }');
    await git('checkout', '--quiet', '-b', 'work');
    await commit('message M { string kept = 1; string one = 2; }');
    await commit('message M { string kept = 1; string one = 2; string two = 3; }');
    expect(await contractsBefore(join(scratch, 'before'), repository)).toBe(left);
  });

  test('the first version is compared with none', async () => {
    await commit('message M {}');
    expect(await contractsBefore(join(scratch, 'before'), repository)).toBeUndefined();
  });
});
