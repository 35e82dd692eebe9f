// Writes to standard output what the images are made of, as CycloneDX, from package-lock.json alone: npm run --silent sbom.
// Not `npm sbom --omit dev` on the whole: that leaves out what is a production package of ours and some dev package's too.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../', import.meta.url));
const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'tokenroute-sbom-'));
const write = (file, content) => {
  mkdirSync(dirname(join(scratch, file)), { recursive: true });
  writeFileSync(join(scratch, file), JSON.stringify(content));
};

try {
  for (const [folder, entry] of Object.entries(lock.packages)) {
    if (entry.dev) delete lock.packages[folder];
    delete entry.devDependencies;
    // Ours: the repository itself and its workspaces.
    if (folder.includes('node_modules/')) continue;
    const { devDependencies: _, ...manifest } = JSON.parse(
      readFileSync(join(repository, folder, 'package.json'), 'utf8'),
    );
    write(join(folder, 'package.json'), manifest);
  }
  write('package-lock.json', lock);
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  process.stdout.write(execFileSync('npm', args, { cwd: scratch, maxBuffer: 64 * 1024 * 1024 }));
} finally {
  rmSync(scratch, { recursive: true });
}
