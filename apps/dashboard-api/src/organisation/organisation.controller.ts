import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { AuditEvent, OrganisationMembership, Session } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { CurrentOrganisation, CurrentSession } from '../access/caller.js';
import { AuthService } from '../services/auth-service.js';
import { toRoleName } from '../session/to-session-answer.js';
import {
  type AuditEventsAnswer,
  auditEventsAnswer,
  type MembersAnswer,
  membersAnswer,
} from './organisation-contract.js';

const pageSize = 50;

/** Who belongs to the organisation and what was done in it. It is changed at /api/auth/organization. */
@Controller('api/organisations/:organisationId')
@ApiParam({ name: 'organisationId', type: String })
export class OrganisationController {
  constructor(@Inject(AuthService) private readonly auth: AuthService) {}

  @Get('members')
  @ApiResponse({ status: 200, description: 'Members, the first ones first.', standardSchema: membersAnswer })
  async members(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @CurrentSession() { person }: Session,
  ): Promise<MembersAnswer> {
    const { members } = await this.auth.people.listMembers({ organisationId, personId: person!.id });
    return {
      members: members.map(({ joinedAt, role, ...member }) => ({
        ...member,
        role: toRoleName(role),
        joinedAt: joinedAt!.toISOString(),
      })),
    };
  }

  @Get('audit-events')
  @ApiQuery({ name: 'beforeId', required: false, type: String })
  @ApiResponse({
    status: 200,
    description: 'What was done, the newest first.',
    standardSchema: auditEventsAnswer,
  })
  async auditEvents(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @CurrentSession() { person }: Session,
    @Query('beforeId') beforeId?: string,
  ): Promise<AuditEventsAnswer> {
    if (beforeId !== undefined && !/^\d{1,18}$/.test(beforeId)) {
      throw new Fault('invalid-request', 'beforeId: must be the id of an event.', { param: 'beforeId' });
    }
    const { events } = await this.auth.people.listAuditEvents({
      organisationId,
      personId: person!.id,
      beforeId: beforeId === undefined ? undefined : BigInt(beforeId),
      limit: pageSize,
    });
    const last = events.length === pageSize ? events.at(-1) : undefined;
    return { events: events.map(toAuditEventAnswer), nextBeforeId: last?.id.toString() ?? null };
  }
}

function toAuditEventAnswer(event: AuditEvent): AuditEventsAnswer['events'][number] {
  const { kind, personId, address } = event;
  return {
    id: event.id.toString(),
    at: event.at!.toISOString(),
    kind,
    personId,
    address,
    detail: event.detailJson,
  };
}
