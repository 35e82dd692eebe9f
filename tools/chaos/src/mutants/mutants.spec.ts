import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../repository.js';
import { applyPatch } from './mutant.js';
import { mutants } from './mutants.js';

describe('a mutant', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    'in which %s changes what is built',
    (_name, { patches }) => {
      const texts = new Map<string, string>();
      for (const patch of patches) {
        const text = texts.get(patch.file) ?? readFileSync(join(repository, patch.file), 'utf8');
        texts.set(patch.file, applyPatch(text, patch));
        expect(texts.get(patch.file)).not.toBe(text);
      }
    },
  );

  test('whose place is gone or not the only one is none', () => {
    const patch = { file: 'file', find: 'a', replace: 'b' };
    expect(applyPatch('xax', patch)).toBe('xbx');
    expect(() => applyPatch('x', patch)).toThrow('file has 0 times what a mutant changes: a');
    expect(() => applyPatch('aa', patch)).toThrow('file has 2 times');
  });

  test('is one of at least ten, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(10);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });
});
