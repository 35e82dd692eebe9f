import { createAccessControl } from 'better-auth/plugins/access';
import { may, type Permission, type Role, roles } from './role-matrix.js';

const statements = {
  organization: ['update', 'delete'],
  member: ['create', 'update', 'delete'],
  invitation: ['create', 'cancel'],
} as const;

/** What each of better-auth's own checks asks of the role matrix. What is missing here nobody may do. */
const asked: {
  [Resource in keyof typeof statements]: Partial<Record<(typeof statements)[Resource][number], Permission>>;
} = {
  organization: { update: 'organisation:update' },
  member: { update: 'members:change', delete: 'members:remove' },
  invitation: { create: 'members:invite', cancel: 'members:invite' },
};

/** The role matrix in better-auth's terms. */
export function organisationAccess() {
  const accessControl = createAccessControl(statements);
  const toRole = (role: Role) => {
    const allowed = Object.entries(asked).map(([resource, actions]) => [
      resource,
      Object.entries(actions).flatMap(([action, permission]) => (may(role, permission) ? [action] : [])),
    ]);
    return accessControl.newRole(Object.fromEntries(allowed) as Parameters<typeof accessControl.newRole>[0]);
  };
  return {
    ac: accessControl,
    roles: Object.fromEntries(roles.map((role) => [role, toRole(role)])),
  };
}
