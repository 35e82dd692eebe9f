import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './workspace.js';

const { noteProblem } = (await import(join(repositoryRoot, 'tools/stack/release/change-notes.mjs'))) as {
  noteProblem: (name: string, text: string) => string | undefined;
};
// Right after a release there are none, and git keeps no empty folder.
const names = await readdir(join(repositoryRoot, 'changes')).catch(() => []);
const textOf = (name: string) => readFile(join(repositoryRoot, 'changes', name), 'utf8');

test('every change note can become a line of the changelog', async () => {
  const problems = await Promise.all(
    names.map(async (name) => [name, noteProblem(name, await textOf(name))] as const),
  );
  expect(problems.filter(([, problem]) => problem !== undefined)).toEqual([]);
});

test('the links of a change note lead somewhere from where the changelog is', async () => {
  for (const name of names) {
    const links = (await textOf(name)).matchAll(/\]\((?!https?:)([^)#]+)/g);
    for (const [, target] of links) await access(join(repositoryRoot, target!));
  }
});
