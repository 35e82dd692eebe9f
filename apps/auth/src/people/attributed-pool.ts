import type { PostgresPool } from '@tokenroute/service-kit';
import type { PoolClient } from 'pg';
import { currentAttribution } from './request-attribution.js';

/** The part of a pool that better-auth's query builder uses. */
export interface ConnectionSource {
  connect(): Promise<PoolClient>;
  end(): Promise<void>;
}

/** What each connection was told last. It stays with the connection: the settings are those of its session. */
const lastAttribution = new WeakMap<PoolClient, string>();

/**
 * A pool whose connections know who acts and from where: triggers write it into audit_events, in the transaction of the
 * change itself. It is said anew at every hand-over to somebody else, so nothing of the request before is left. Rows
 * that triggers watch are changed through it alone: a connection taken past it may still tell of somebody else.
 */
export function attributedPool(pool: PostgresPool): ConnectionSource {
  return {
    connect: async () => {
      const { personId = '', address = '' } = currentAttribution();
      const client = await pool.connect();
      const attribution = `${personId} ${address}`;
      if (lastAttribution.get(client) === attribution) return client;
      // Unknown until the query has answered.
      lastAttribution.delete(client);
      try {
        await client.query(
          `SELECT set_config('tokenroute.person', $1, false), set_config('tokenroute.address', $2, false)`,
          [personId, address],
        );
      } catch (error) {
        client.release(true);
        throw error;
      }
      lastAttribution.set(client, attribution);
      return client;
    },
    // It belongs to the service, which ends it.
    end: async () => undefined,
  };
}
