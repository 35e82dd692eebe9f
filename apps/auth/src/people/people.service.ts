import type {
  FindOrganisationsRequest,
  FindOrganisationsResponse,
  GetSessionResponse,
  ListAuditEventsRequest,
  ListAuditEventsResponse,
  ListMembersRequest,
  ListMembersResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { AuditRepository } from '../audit/audit.repository.js';
import { uuidOf } from '../key-rules.js';
import type { PeopleAuth } from './people-auth.js';
import type { PeopleRepository } from './people.repository.js';
import { may, type Permission } from './role-matrix.js';
import { toAuditEventMessage, toMemberMessage, toSessionMessage } from './to-people-messages.js';

const defaultPage = 50;
const longestPage = 200;
const mostOrganisations = 1_000;
const longestNamePart = 200;

/** What other services ask about people. */
export class PeopleService {
  constructor(
    private readonly auth: PeopleAuth,
    private readonly people: PeopleRepository,
    private readonly audit: AuditRepository,
  ) {}

  async getSession(cookie: string): Promise<GetSessionResponse> {
    if (cookie === '') return {};
    const signedIn = await answered(() => this.auth.signedIn(cookie));
    // A session is only ever made for a verified address; this is the second lock on the same door.
    if (!signedIn?.user.emailVerified) return {};
    const memberships = await answered(() => this.people.membershipsOf(signedIn.user.id));
    return { session: toSessionMessage(signedIn, memberships) };
  }

  async listMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    const organisationId = await this.permitted(request, 'members:read');
    const members = await answered(() => this.people.membersOf(organisationId));
    return { members: members.map(toMemberMessage) };
  }

  async listAuditEvents(request: ListAuditEventsRequest): Promise<ListAuditEventsResponse> {
    const limit = request.limit ?? defaultPage;
    if (limit < 1 || limit > longestPage) {
      throw new Fault('invalid-request', `limit: 1 to ${longestPage}.`, { param: 'limit' });
    }
    const organisationId = await this.permitted(request, 'audit:read');
    const events = await answered(() =>
      this.audit.list(organisationId, { beforeId: request.beforeId, limit }),
    );
    return { events: events.map(toAuditEventMessage) };
  }

  /** @throws Fault invalid-request naming the field */
  async findOrganisations({ ids, namePart }: FindOrganisationsRequest): Promise<FindOrganisationsResponse> {
    const part = namePart.trim();
    if (ids.length > mostOrganisations) {
      throw new Fault('invalid-request', `ids: at most ${mostOrganisations}.`, { param: 'ids' });
    }
    if (part.length > longestNamePart) {
      throw new Fault('invalid-request', `name_part: at most ${longestNamePart} characters.`, {
        param: 'name_part',
      });
    }
    const checked = ids.map((id) => uuidOf(id, 'ids'));
    return {
      organisations: await answered(() => this.people.organisations(checked, part, mostOrganisations)),
    };
  }

  /** The organisation's id. An organisation that there is not is refused like one that is somebody else's. */
  private async permitted(
    request: { organisationId: string; personId: string },
    permission: Permission,
  ): Promise<string> {
    const organisationId = uuidOf(request.organisationId, 'organisation_id');
    const personId = uuidOf(request.personId, 'person_id');
    const role = await answered(() => this.people.roleOf(personId, organisationId));
    if (role === undefined || !may(role, permission)) {
      throw new Fault('permission', 'The person may not do this in this organisation.', {
        param: 'organisation_id',
      });
    }
    return organisationId;
  }
}

async function answered<Result>(query: () => Promise<Result>): Promise<Result> {
  try {
    return await query();
  } catch (error) {
    throw new Fault('unavailable', 'The store of people is not available. Please try again.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
}
