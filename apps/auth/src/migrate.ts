import { fileURLToPath } from 'node:url';
import { applyMigrations, main } from '@tokenroute/service-kit';
import { migrateConfig } from './config.js';

/** From dist/migrate.js and from src/migrate.ts alike. */
const migrationsFolder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

main(async () => {
  const applied = await applyMigrations(migrateConfig().DATABASE_URL, migrationsFolder);
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  if (applied.length === 0) process.stdout.write('nothing to apply\n');
});
