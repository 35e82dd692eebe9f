import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checks } from './checks.js';
import { repository } from './product.js';

/** What docs/clients.md shows is what ran here. */
export async function checkDocument(checks: Checks): Promise<void> {
  const folder = join(repository, 'acceptance', 'clients', 'samples');
  for (const name of readdirSync(folder)) {
    await checks.check(`docs/clients.md shows ${name} as it is`, () => {
      assert.ok(
        shownCode().includes(readFileSync(join(folder, name), 'utf8')),
        `${name} is not in the document`,
      );
    });
  }
  await checks.check('docs/clients.md shows nothing that was not run', () => {
    assert.equal(shownCode().length, readdirSync(folder).length);
  });
}

function shownCode(): string[] {
  const document = readFileSync(join(repository, 'docs', 'clients.md'), 'utf8');
  return [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
}
