import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolders, repositoryRoot } from './workspace.js';

const folders = [
  '.',
  'docs',
  'docs/decisions',
  'deploy',
  'k8s',
  'k8s/data-stores',
  ...(await projectFolders()),
];
const documents = (await Promise.all(folders.map(documentsIn))).flat().sort();
const read = (file: string) => readFile(join(repositoryRoot, file), 'utf8');

async function documentsIn(folder: string): Promise<string[]> {
  const names = await readdir(join(repositoryRoot, folder)).catch(() => []);
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

test.each(documents)('the links in %s lead somewhere', async (document) => {
  const targets = [...(await read(document)).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
    ([, target]) => target!,
  );
  for (const target of targets) await access(join(repositoryRoot, dirname(document), target));
});

test('the folders that ARCHITECTURE.md lists are the projects there are', async () => {
  const listed = [
    ...(await read('docs/ARCHITECTURE.md')).matchAll(/^((?:apps|libs|tools)\/[a-z-]+) +[^[\s]/gm),
  ];
  expect(listed.map(([, folder]) => folder).sort()).toEqual(await projectFolders());
});
