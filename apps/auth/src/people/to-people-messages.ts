import {
  type AuditEvent,
  type OrganisationMember,
  type OrganisationMembership,
  OrganisationRole,
  type Session,
} from '@tokenroute/contracts';
import type { StoredAuditEvent } from '../audit/audit.repository.js';
import type { SignedIn } from './people-auth.js';
import type { StoredMember, StoredMembership } from './people.repository.js';
import { permissionsOf, type Role } from './role-matrix.js';

const roleNumbers: Record<Role, OrganisationRole> = {
  owner: OrganisationRole.ORGANISATION_ROLE_OWNER,
  admin: OrganisationRole.ORGANISATION_ROLE_ADMIN,
  member: OrganisationRole.ORGANISATION_ROLE_MEMBER,
  billing: OrganisationRole.ORGANISATION_ROLE_BILLING,
};

export function toSessionMessage({ session, user }: SignedIn, memberships: StoredMembership[]): Session {
  const active = memberships.find(({ organisationId }) => organisationId === session.activeOrganizationId);
  return {
    id: session.id,
    person: {
      id: user.id,
      email: user.email,
      emailVerified: user.emailVerified,
      name: user.name,
      twoFactorEnabled: user.twoFactorEnabled ?? false,
      createdAt: user.createdAt,
    },
    memberships: memberships.map(toMembershipMessage),
    // Whoever was removed from it works there no more.
    activeOrganisationId: active?.organisationId ?? '',
    expiresAt: session.expiresAt,
  };
}

function toMembershipMessage(membership: StoredMembership): OrganisationMembership {
  return {
    organisationId: membership.organisationId,
    organisationName: membership.organisationName,
    role: roleNumbers[membership.role],
    personal: membership.isPersonal,
    permissions: permissionsOf(membership.role),
    hasBillingAccount: membership.hasBillingAccount,
  };
}

export function toMemberMessage({ role, ...member }: StoredMember): OrganisationMember {
  return { ...member, role: roleNumbers[role] };
}

export function toAuditEventMessage(event: StoredAuditEvent): AuditEvent {
  return {
    id: event.id,
    at: event.at,
    kind: event.kind,
    personId: event.personId ?? '',
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    address: event.address ?? '',
    detailJson: JSON.stringify(event.detail),
  };
}
