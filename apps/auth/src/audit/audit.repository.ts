import type { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { withinOrganisation } from '../within-organisation.js';

/** What was done. `kind` is `thing.what_happened`, in lower case. */
export interface NewAuditEvent {
  kind: string;
  /** Who did it; absent: nobody who was signed in. */
  personId?: string;
  /** Absent: it concerns the person alone, and no organisation sees it. */
  organisationId?: string;
  subjectKind: string;
  subjectId: string;
  /** The network address that it came from. */
  address?: string;
  detail?: Prisma.InputJsonObject;
}

export interface StoredAuditEvent {
  id: bigint;
  at: Date;
  kind: string;
  personId: string | null;
  subjectKind: string;
  subjectId: string;
  address: string | null;
  detail: Prisma.JsonValue;
}

export interface AuditPage {
  beforeId?: bigint;
  limit: number;
}

type Transaction = Pick<PrismaClient, '$executeRaw'>;

/**
 * The append-only record of who did what. Changes of people and organisations are recorded by triggers; what else changes is
 * appended here, in the transaction of the change.
 */
export class AuditRepository {
  constructor(private readonly prisma: PrismaClient) {}

  /** @param transaction the one in which the change itself is made */
  async append(event: NewAuditEvent, transaction: Transaction = this.prisma): Promise<void> {
    // Without RETURNING, which row-level security would hold to the rules for reading.
    await transaction.$executeRaw`
      INSERT INTO audit_events (kind, person_id, organisation_id, subject_kind, subject_id, address, detail)
      VALUES (
        ${event.kind}, ${event.personId ?? null}::uuid, ${event.organisationId ?? null}::uuid, ${event.subjectKind},
        ${event.subjectId}, ${event.address ?? null}, ${JSON.stringify(event.detail ?? {})}::jsonb
      )`;
  }

  /** Of one organisation, the newest first. Row-level security lets no other one's through, whatever the query says. */
  list(organisationId: string, { beforeId, limit }: AuditPage): Promise<StoredAuditEvent[]> {
    return withinOrganisation(
      this.prisma,
      organisationId,
      (transaction) => transaction.$queryRaw<StoredAuditEvent[]>`
        SELECT id, at, kind, person_id AS "personId", subject_kind AS "subjectKind", subject_id AS "subjectId", address, detail
        FROM audit_events
        WHERE organisation_id = ${organisationId}::uuid AND (${beforeId ?? null}::bigint IS NULL OR id < ${beforeId ?? null}::bigint)
        ORDER BY id DESC
        LIMIT ${limit}`,
    );
  }
}
