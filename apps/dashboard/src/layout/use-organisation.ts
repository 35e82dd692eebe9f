import { useSuspenseQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client.js';
import { currentSessionQuery } from '../api/queries.js';

export type Session = NonNullable<Schemas['CurrentSession']['session']>;
export type Membership = Session['memberships'][number];

export interface Organisation extends Membership {
  /** Whether the role allows it. What it does not allow the server refuses; the page only does not offer it. */
  may(permission: string): boolean;
}

export function useSession(): Session {
  const { session } = useSuspenseQuery(currentSessionQuery).data;
  if (!session) throw new Error('a page of the dashboard is shown to nobody');
  return session;
}

/** What customers put into their clients: "https://api.example.com/v1". */
export function usePublicApiUrl(): string {
  return useSuspenseQuery(currentSessionQuery).data.publicApiUrl;
}

/** The organisation the person works in. */
export function useOrganisation(): Organisation {
  const { memberships, activeOrganisationId } = useSession();
  const membership =
    memberships.find(({ organisationId }) => organisationId === activeOrganisationId) ?? memberships[0];
  if (!membership) throw new Error('everybody has an organisation of their own');
  return { ...membership, may: (permission) => membership.permissions.includes(permission) };
}
