import { defineConfig } from 'prisma/config';

/** For Prisma's command line alone; the service reads its own configuration. Generating the client needs no database. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
