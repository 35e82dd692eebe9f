import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the migrations of a service up to its previous release, in a folder of their own, for as long as they are worked with.
 * @param prismaFolder which has `migrations` and `previous-release.json`
 * @returns the names of those that came since
 */
export async function withPreviousMigrations(
  prismaFolder: string,
  work: (migrations: string) => Promise<unknown>,
): Promise<string[]> {
  const release = await readFile(join(prismaFolder, 'previous-release.json'), 'utf8');
  const { lastMigration } = JSON.parse(release) as { lastMigration: string };
  const migrations = join(prismaFolder, 'migrations');
  const entries = await readdir(migrations, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (!names.includes(lastMigration)) throw new Error(`there is no migration ${lastMigration}`);
  const folder = await mkdtemp(join(tmpdir(), 'tokenroute-previous-'));
  try {
    for (const name of names.filter((each) => each <= lastMigration))
      await cp(join(migrations, name), join(folder, name), { recursive: true });
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
  return names.filter((name) => name > lastMigration).sort();
}
