import { Inject, Injectable } from '@nestjs/common';
import type { OrganisationMembership, Session } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { DashboardConfig } from '../config.js';
import { AuthService } from '../services/auth-service.js';
import { CONFIG } from '../tokens.js';
import type { Access, Permission } from './access-table.js';

/** Whose request it is, and what for. */
export interface Caller {
  session: Session;
  /** In the organisation that the path names; none in the administrators' area. */
  membership?: OrganisationMembership;
}

/** Asks auth who is signed in, at every request: a session that was ended is worth nothing from that moment on. */
@Injectable()
export class SessionReader {
  constructor(
    @Inject(AuthService) private readonly auth: AuthService,
    @Inject(CONFIG) private readonly config: DashboardConfig,
  ) {}

  /**
   * @param organisationId as the path names it
   * @throws Fault authentication, not-found for an organisation that is not the person's, permission, unavailable
   */
  async admit(
    access: Exclude<Access, 'everybody'>,
    cookie: string,
    organisationId: string | undefined,
  ): Promise<Caller> {
    const session = await this.auth.session(cookie);
    if (!session) throw new Fault('authentication', 'Nobody is signed in.');
    if (access === 'administrator') {
      // For everybody else there is no such area.
      if (!isAdministrator(session, this.config)) throw new Fault('not-found', 'There is nothing here.');
      return { session };
    }
    return { session, membership: membershipFor(access, session, organisationId) };
  }
}

/** Addresses are verified: without that there is no session. */
export function isAdministrator({ person }: Session, { ADMINISTRATORS }: DashboardConfig): boolean {
  return ADMINISTRATORS.some((email) => email.toLowerCase() === person?.email.toLowerCase());
}

function membershipFor(
  permission: Permission,
  { memberships }: Session,
  organisationId: string | undefined,
): OrganisationMembership {
  const membership = memberships.find((each) => each.organisationId === organisationId);
  // The same answer whether there is such an organisation or not.
  if (!membership) throw new Fault('not-found', 'There is no such organisation of yours.');
  if (!membership.permissions.includes(permission)) {
    throw new Fault('permission', 'Your role in this organisation does not allow this.');
  }
  if (!membership.hasBillingAccount) {
    throw new Fault('unavailable', 'The account is being set up. Please try again in a moment.', {
      retryAfterSeconds: 1,
    });
  }
  return membership;
}
