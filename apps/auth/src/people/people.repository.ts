import type { Organisation } from '@tokenroute/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';
import { withinOrganisation } from '../within-organisation.js';
import type { Role } from './role-matrix.js';

export interface StoredMembership {
  organisationId: string;
  organisationName: string;
  role: Role;
  isPersonal: boolean;
  hasBillingAccount: boolean;
}

export interface StoredMember {
  id: string;
  personId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: Date;
  twoFactorEnabled: boolean;
}

export class PeopleRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /** The organisations of a person, the personal one first. */
  membershipsOf(personId: string): Promise<StoredMembership[]> {
    // One query, because every request to the dashboard asks it.
    return this.prisma.$queryRaw<StoredMembership[]>`
      SELECT
        organisations.id AS "organisationId", organisations.name AS "organisationName", memberships.role,
        organisations.personal_of IS NOT DISTINCT FROM memberships.person_id AS "isPersonal",
        organisations.billing_account_at IS NOT NULL AS "hasBillingAccount"
      FROM memberships JOIN organisations ON organisations.id = memberships.organisation_id
      WHERE memberships.person_id = ${personId}::uuid
      ORDER BY "isPersonal" DESC, memberships.created_at, memberships.id`;
  }

  /** Undefined when the person is no member. */
  async roleOf(personId: string, organisationId: string): Promise<Role | undefined> {
    const row = await this.prisma.membership.findUnique({
      where: { organisationId_personId: { organisationId, personId } },
      select: { role: true },
    });
    return row?.role as Role | undefined;
  }

  async membersOf(organisationId: string): Promise<StoredMember[]> {
    const rows = await withinOrganisation(this.prisma, organisationId, (transaction) =>
      transaction.membership.findMany({
        where: { organisationId },
        include: { person: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      }),
    );
    return rows.map(({ id, role, createdAt, person }) => ({
      id,
      personId: person.id,
      name: person.name,
      email: person.email,
      role: role as Role,
      joinedAt: createdAt,
      twoFactorEnabled: person.twoFactorEnabled ?? false,
    }));
  }

  /** Those with these ids, and the newest of those whose name has the part; '' is part of none. */
  organisations(ids: readonly string[], namePart: string, most: number): Promise<Organisation[]> {
    return this.prisma.$queryRaw<Organisation[]>`
      SELECT id, name, (SELECT count(*)::int FROM memberships WHERE organisation_id = found.id) AS members
      FROM (
        (SELECT id, name FROM organisations WHERE id = ANY (${ids}::uuid[]))
        UNION
        (SELECT id, name FROM organisations
         WHERE ${namePart} <> '' AND strpos(lower(name), lower(${namePart})) > 0 ORDER BY created_at DESC LIMIT ${most})
      ) AS found`;
  }

  /** The id of the person with this e-mail address. */
  async findByEmail(email: string): Promise<string | undefined> {
    const row = await this.prisma.person.findUnique({
      where: { email: email.toLowerCase() },
      select: { id: true },
    });
    return row?.id;
  }
}
