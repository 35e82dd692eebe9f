import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  FindOrganisationsRequest,
  FindOrganisationsResponse,
  GetSessionRequest,
  GetSessionResponse,
  ListAuditEventsRequest,
  ListAuditEventsResponse,
  ListMembersRequest,
  ListMembersResponse,
} from '@tokenroute/contracts';
import { PeopleService } from './people.service.js';

/** tokenroute.auth.v1.PeopleService. */
@Controller()
export class PeopleController {
  constructor(private readonly people: PeopleService) {}

  @GrpcMethod('PeopleService', 'getSession')
  getSession({ cookie }: GetSessionRequest): Promise<GetSessionResponse> {
    return this.people.getSession(cookie);
  }

  @GrpcMethod('PeopleService', 'listMembers')
  listMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    return this.people.listMembers(request);
  }

  @GrpcMethod('PeopleService', 'listAuditEvents')
  listAuditEvents(request: ListAuditEventsRequest): Promise<ListAuditEventsResponse> {
    return this.people.listAuditEvents(request);
  }

  @GrpcMethod('PeopleService', 'findOrganisations')
  findOrganisations(request: FindOrganisationsRequest): Promise<FindOrganisationsResponse> {
    return this.people.findOrganisations(request);
  }
}
