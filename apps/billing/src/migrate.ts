import { fileURLToPath } from 'node:url';
import { applyMigrations, createLogger, main } from '@tokenroute/service-kit';
import { readMigrationConfig } from './config.js';

main(async () => {
  const folder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
  const applied = await applyMigrations(readMigrationConfig().DATABASE_URL, folder);
  createLogger('billing-migrate', 'info').info({ applied }, 'migrations are up to date');
});
