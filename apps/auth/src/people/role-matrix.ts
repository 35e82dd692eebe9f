/** What a member of an organisation can be; one role for each membership. */
export const roles = ['owner', 'admin', 'member', 'billing'] as const;

export type Role = (typeof roles)[number];

/**
 * Who may do what in an organisation: the only place that says so. Only an owner makes, changes or removes owners, and the
 * last one stays.
 */
export const roleMatrix = {
  'organisation:update': ['owner', 'admin'],
  'members:read': ['owner', 'admin', 'member', 'billing'],
  'members:invite': ['owner', 'admin'],
  'members:change': ['owner', 'admin'],
  'members:remove': ['owner', 'admin'],
  'keys:read': ['owner', 'admin', 'member'],
  'keys:write': ['owner', 'admin', 'member'],
  'usage:read': ['owner', 'admin', 'member', 'billing'],
  'billing:read': ['owner', 'admin', 'billing'],
  'billing:pay': ['owner', 'billing'],
  'audit:read': ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof roleMatrix;

export function isRole(text: unknown): text is Role {
  return (roles as readonly unknown[]).includes(text);
}

export function may(role: Role, permission: Permission): boolean {
  return (roleMatrix[permission] as readonly Role[]).includes(role);
}

export function permissionsOf(role: Role): Permission[] {
  return (Object.keys(roleMatrix) as Permission[]).filter((permission) => may(role, permission));
}
