import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Note {
  name: string;
  text: string;
}
const release = join(import.meta.dirname, '..', 'release');
const { noteProblem, withRelease } = (await import(join(release, 'change-notes.mjs'))) as {
  noteProblem: (name: string, text: string) => string | undefined;
  withRelease: (
    changelog: string,
    notes: Note[],
    release: { version: string; date: string },
  ) => { changelog: string; section: string };
};
const versions = (await import(join(release, 'versions.mjs'))) as {
  versionProblem: (version: string, current: string) => string | undefined;
  lockWithVersion: (lock: string, version: string) => string;
  withVersion: (manifest: string, version: string) => string;
};

const head = '# Changelog\n\nWords.\n\n## [Unreleased]\n';
const earlier = '\n## [0.1.0] - 2026-01-01\n\n### Added\n\n- All of it.\n';
const next = { version: '0.2.0', date: '2026-11-28' };

describe('the section of a release', () => {
  test('has what was unreleased and every note, by kind and name, and leaves nothing unreleased', () => {
    const notes = [
      { name: 'b-key.security.md', text: 'A key is safer.\n' },
      { name: 'b-key.added.md', text: 'A key has\nmore than one line.\n' },
      { name: 'a-key.added.md', text: 'Another key.\n' },
    ];
    const changelog = `${head}\n### Added\n\n- A thing.\n- Another one.\n\n### Fixed\n\n- A fault.\n${earlier}`;
    const section = `## [0.2.0] - 2026-11-28

### Added

- A thing.
- Another one.
- Another key.
- A key has
  more than one line.

### Fixed

- A fault.

### Security

- A key is safer.
`;
    const released = withRelease(changelog, notes, next);
    expect(released).toEqual({ section, changelog: `${head}\n${section}${earlier}` });
    const after = withRelease(released.changelog, notes.slice(0, 1), { ...next, version: '0.3.0' });
    expect(after.changelog).toBe(
      `${head}\n## [0.3.0] - 2026-11-28\n\n### Security\n\n- A key is safer.\n\n${section}${earlier}`,
    );
  });

  test('is not made of nothing', () => {
    expect(() => withRelease(head + earlier, [], next)).toThrow(/nothing has changed/);
  });

  test('is not made of a note or a heading that no kind has: nothing is lost in silence', () => {
    expect(() => withRelease(head, [{ name: 'a.new.md', text: 'A.' }], next)).toThrow(
      /a\.new\.md is not called/,
    );
    expect(() => withRelease(`${head}\n### News\n\n- A.\n`, [], next)).toThrow(/News/);
    expect(() => withRelease(`${head}\nA.\n`, [], next)).toThrow(/text before/);
  });

  test('can be made of this repository’s changelog', () => {
    const changelog = readFileSync(join(release, '../../../CHANGELOG.md'), 'utf8');
    const notes = [{ name: 'a-thing.added.md', text: 'A thing of this test.' }];
    const { section } = withRelease(changelog, notes, { ...next, version: '99.0.0' });
    expect(section).toContain('- A thing of this test.\n');
  });
});

test.each([
  ['a-thing.added.md', 'It is there.\n', undefined],
  ['a-thing.new.md', 'It is there.', /is not called/],
  ['A_thing.added.md', 'It is there.', /is not called/],
  ['README.md', 'It is there.', /is not called/],
  ['a.added.md', ' \n', /says nothing/],
  ['a.added.md', '- It is there.', /adds the dash/],
  ['a.added.md', 'It is there.\n\nSo is this.', /more than one paragraph/],
  ['a.added.md', 'It is there', /does not end like a sentence/],
])('a note %s that says %j', (name, text, problem) => {
  const found = noteProblem(name, text);
  if (problem) expect(found).toMatch(problem);
  else expect(found).toBeUndefined();
});

describe('the next version', () => {
  test.each([
    ['0.2.0', '0.1.9', undefined],
    ['0.10.0', '0.9.0', undefined],
    ['0.1.0', '0.1.0', undefined],
    ['0.1.9', '0.2.0', 'is older than 0.2.0'],
    ['v0.2.0', '0.1.0', 'is not three numbers with dots between them'],
  ])('%s after %s', (version, current, problem) => {
    expect(versions.versionProblem(version, current)).toBe(problem);
  });

  test('is that of our packages and of no other', () => {
    const ours = { version: '0.1.0', dependencies: { '@tokenroute/money': '0.1.0', zod: '0.1.0' } };
    const lock = { version: '0.1.0', packages: { 'apps/a': ours, 'node_modules/zod': { version: '0.1.0' } } };
    const changed = { version: '0.2.0', dependencies: { '@tokenroute/money': '0.2.0', zod: '0.1.0' } };
    expect(JSON.parse(versions.withVersion(JSON.stringify(ours), '0.2.0'))).toEqual(changed);
    expect(JSON.parse(versions.lockWithVersion(JSON.stringify(lock), '0.2.0'))).toEqual({
      version: '0.2.0',
      packages: { 'apps/a': changed, 'node_modules/zod': { version: '0.1.0' } },
    });
  });

  test.each(['package.json', 'package-lock.json', 'apps/billing/package.json'])(
    'changes nothing else in %s, not even a blank',
    (file) => {
      const text = readFileSync(join(release, '../../..', file), 'utf8');
      const { version } = JSON.parse(text) as { version: string };
      const write = file.includes('lock') ? versions.lockWithVersion : versions.withVersion;
      expect(write(text, version)).toBe(text);
    },
  );
});
