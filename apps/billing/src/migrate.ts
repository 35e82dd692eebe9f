import { fileURLToPath } from 'node:url';
import { applyMigrations, applyServiceRole, createLogger, main } from '@tokenroute/service-kit';
import { readMigrationConfig } from './config.js';
import { serviceRole } from './service-role.js';

main(async () => {
  const { DATABASE_URL } = readMigrationConfig();
  const folder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
  const logger = createLogger('billing-migrate', 'info');
  const applied = await applyMigrations(DATABASE_URL, folder);
  logger.info({ applied }, 'migrations are up to date');
  const { role } = serviceRole;
  if (await applyServiceRole(DATABASE_URL, serviceRole)) logger.info({ role }, 'the role has its grants');
  else logger.warn({ role }, 'the role is missing and may not be made: billing has to connect as the owner');
});
