import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './workspace.js';

/** Statements that take away what the previous release may use while it runs beside this one. */
const takesAway =
  /\bDROP\s+(TABLE|COLUMN|FUNCTION|VIEW|TYPE|SCHEMA|DEFAULT)\b|\bRENAME\s+(TO|COLUMN)\b|\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b|\bSET\s+NOT\s+NULL\b|(?<!\bOR )\bTRUNCATE\b/i;
const contracts = /^-- contract: \S/m;

/** @returns why a migration cannot run while the previous release does; undefined: it can */
function problemOf(sql: string): string | undefined {
  if (contracts.test(sql)) return undefined;
  const statements = sql.replace(/--.*$/gm, '');
  return takesAway.exec(statements)?.[0];
}

async function migrationsSinceRelease(app: string): Promise<{ name: string; sql: string }[]> {
  const folder = join(repositoryRoot, 'apps', app, 'prisma');
  const release = JSON.parse(await readFile(join(folder, 'previous-release.json'), 'utf8')) as {
    lastMigration: string;
  };
  const entries = await readdir(join(folder, 'migrations'), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(names).toContain(release.lastMigration);
  return Promise.all(
    names
      .filter((name) => name > release.lastMigration)
      .map(async (name) => ({
        name,
        sql: await readFile(join(folder, 'migrations', name, 'migration.sql'), 'utf8'),
      })),
  );
}

test.each(['auth', 'billing'])(
  'what %s has added to its database since the previous release takes nothing away from it',
  async (app) => {
    const migrations = await migrationsSinceRelease(app);
    const problems = migrations.flatMap(({ name, sql }) => {
      const problem = problemOf(sql);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
    expect(problems).toEqual([]);
  },
);

test.each([
  ['ALTER TABLE holds DROP COLUMN model;', 'DROP COLUMN'],
  ['DROP FUNCTION settle_holds(json);', 'DROP FUNCTION'],
  ['ALTER TABLE holds RENAME COLUMN model TO model_id;', 'RENAME COLUMN'],
  ['ALTER TABLE holds ALTER COLUMN model TYPE varchar(9);', 'ALTER COLUMN model TYPE'],
  ['-- contract: nobody calls it since 0.1\nDROP FUNCTION settle_holds(json);', undefined],
  ['-- DROP TABLE holds comes later\nALTER TABLE holds ADD COLUMN note text;', undefined],
])('%s', (sql, problem) => {
  expect(problemOf(sql)).toBe(problem);
});
