import { z } from 'zod';
import { timestamp, uuid } from '../contract-primitives.js';

export const roles = ['owner', 'admin', 'member', 'billing'] as const;

const membership = z.object({
  organisationId: uuid,
  organisationName: z.string(),
  role: z.enum(roles),
  personal: z.boolean(),
  permissions: z.array(z.string()),
});

const session = z
  .object({
    id: uuid,
    expiresAt: timestamp,
    person: z.object({
      id: uuid,
      email: z.string(),
      name: z.string(),
      twoFactorEnabled: z.boolean(),
    }),
    memberships: z.array(membership),
    /** Null: none is chosen. */
    activeOrganisationId: uuid.nullable(),
    isAdministrator: z.boolean(),
  })
  .meta({ id: 'Session' });

export const currentSessionAnswer = z
  .object({
    /** Null: nobody is signed in. */
    session: session.nullable(),
    /** What customers put into their clients. */
    publicApiUrl: z.string(),
  })
  .meta({ id: 'CurrentSession' });

export type SessionAnswer = z.infer<typeof session>;
export type CurrentSessionAnswer = z.infer<typeof currentSessionAnswer>;
