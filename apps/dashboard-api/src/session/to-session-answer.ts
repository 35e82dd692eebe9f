import { OrganisationRole, type Session } from '@tokenroute/contracts';
import type { roles, SessionAnswer } from './session-contract.js';

type Role = (typeof roles)[number];

const roleNames: Partial<Record<OrganisationRole, Role>> = {
  [OrganisationRole.ORGANISATION_ROLE_OWNER]: 'owner',
  [OrganisationRole.ORGANISATION_ROLE_ADMIN]: 'admin',
  [OrganisationRole.ORGANISATION_ROLE_MEMBER]: 'member',
  [OrganisationRole.ORGANISATION_ROLE_BILLING]: 'billing',
};

export function toRoleName(role: OrganisationRole): Role {
  const name = roleNames[role];
  if (name === undefined) throw new Error(`auth told a role that is none: ${role}`);
  return name;
}

export function toSessionAnswer(session: Session, isAdministrator: boolean): SessionAnswer {
  const { id, email, name, twoFactorEnabled } = session.person!;
  return {
    id: session.id,
    expiresAt: session.expiresAt!.toISOString(),
    person: { id, email, name, twoFactorEnabled },
    memberships: session.memberships.map((membership) => ({
      organisationId: membership.organisationId,
      organisationName: membership.organisationName,
      role: toRoleName(membership.role),
      personal: membership.personal,
      permissions: membership.permissions,
    })),
    activeOrganisationId: session.activeOrganisationId || null,
    isAdministrator,
  };
}
