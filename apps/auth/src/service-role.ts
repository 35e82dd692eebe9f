import { fileURLToPath } from 'node:url';
import type { ServiceRole } from '@tokenroute/service-kit';

/** What auth may do in its database, when it does not connect as the owner of the tables. */
export const serviceRole: ServiceRole = {
  role: 'tokenroute_auth_service',
  tenantRole: 'tokenroute_tenant',
  grantsFile: fileURLToPath(new URL('../prisma/service-role.sql', import.meta.url)),
};
