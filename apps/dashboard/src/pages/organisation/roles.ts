/** Roles in an organisation, the mightiest first. What each may do: apps/auth/src/people/role-matrix.ts. */
export const roleNames = ['owner', 'admin', 'member', 'billing'] as const;

export const roleAbouts: Record<(typeof roleNames)[number], string> = {
  owner: 'everything',
  admin: 'members and keys, reads billing',
  member: 'keys and usage',
  billing: 'pays, reads usage',
};
