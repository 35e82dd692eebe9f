import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { projectFolders, repositoryRoot, sourceFiles } from './workspace.js';

const vague = /(^|[-.])(utils?|helpers?|common|misc|managers?|base|mappers?)([-.]|$)/;
const roles = /\.(controller|service|repository|module|guard|filter|adapter|spec|d|\d{3})(?=\.)/g;

describe.each(await projectFolders())('%s', (folder) => {
  test('names its files in kebab-case, after what they hold', async () => {
    const names = (await sourceFiles(folder)).map((file) => basename(file));
    const misnamed = names.filter(
      (name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.(m?ts|tsx)$/.test(name.replace(roles, '')) || vague.test(name),
    );
    expect(misnamed).toEqual([]);
  });

  test('has no public face but src/index.ts', async () => {
    const faces = (await sourceFiles(folder)).filter((file) => basename(file) === 'index.ts');
    expect(faces.filter((file) => file !== `${folder}/src/index.ts`)).toEqual([]);
  });

  test('says in at most 60 lines what it owns and where to start reading', async () => {
    const readme = await readFile(join(repositoryRoot, folder, 'README.md'), 'utf8');
    expect(readme.split('\n').length).toBeLessThanOrEqual(61);
    for (const part of [/\bowns\b/i, /\bdoes not own\b/i, /\binvariants\b/i, /\bstart reading at\b/i]) {
      expect(readme).toMatch(part);
    }
  });
});
