import { z } from 'zod';
import { timestamp, uuid } from '../contract-primitives.js';
import { roles } from '../session/session-contract.js';

export const membersAnswer = z
  .object({
    members: z.array(
      z.object({
        id: uuid,
        personId: uuid,
        name: z.string(),
        email: z.string(),
        role: z.enum(roles),
        joinedAt: timestamp,
        twoFactorEnabled: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Members' });

export const auditEventsAnswer = z
  .object({
    events: z.array(
      z.object({
        id: z.string(),
        at: timestamp,
        /** What happened, such as `member.role_changed`. */
        kind: z.string(),
        /** Empty: nobody who was signed in. */
        personId: z.string(),
        address: z.string(),
        /** A JSON object with what changed. */
        detail: z.string(),
      }),
    ),
    /** For the page after this one; null: there is none. */
    nextBeforeId: z.string().nullable(),
  })
  .meta({ id: 'AuditEvents' });

export type MembersAnswer = z.infer<typeof membersAnswer>;
export type AuditEventsAnswer = z.infer<typeof auditEventsAnswer>;
