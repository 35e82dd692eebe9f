import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ChangeAuthor, OrganisationMembership, Session } from '@tokenroute/contracts';
import type { FastifyRequest } from 'fastify';

/** Who is signed in. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): Session => {
  return callerOf(context).session;
});

/** The organisation that the path names, as the person belongs to it. Its id is the account's. */
export const CurrentOrganisation = createParamDecorator(
  (_: unknown, context: ExecutionContext): OrganisationMembership => {
    const { membership } = callerOf(context);
    if (!membership) throw new Error('a route without an organisation in its path asks for one');
    return membership;
  },
);

/** Who asks for a change, and from where, for the records of auth and billing. */
export const Author = createParamDecorator((_: unknown, context: ExecutionContext): ChangeAuthor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return { name: callerOf(context).session.person!.id, address: request.ip };
});

/** The same for billing's records of what operators change, in words: "ada@example.com from 192.0.2.1". */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return `${callerOf(context).session.person!.email} from ${request.ip}`;
});

function callerOf(context: ExecutionContext) {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('a route that is open to everybody asks who is there');
  return caller;
}
