import { fileURLToPath } from 'node:url';
import { applyMigrations, applyServiceRole, main } from '@tokenroute/service-kit';
import { migrateConfig } from './config.js';
import { serviceRole } from './service-role.js';

/** From dist/migrate.js and from src/migrate.ts alike. */
const migrationsFolder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

main(async () => {
  const { DATABASE_URL } = migrateConfig();
  const applied = await applyMigrations(DATABASE_URL, migrationsFolder);
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  if (applied.length === 0) process.stdout.write('nothing to apply\n');
  const { role } = serviceRole;
  if (await applyServiceRole(DATABASE_URL, serviceRole)) process.stdout.write(`${role} has its grants\n`);
  else process.stdout.write(`${role} is missing and may not be made: auth has to connect as the owner\n`);
});
