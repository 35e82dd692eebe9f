import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type NewKey, type ServiceAddresses, SystemOperator } from '@tokenroute/local-system';
import { parseUsd } from '@tokenroute/money';
import type { TestCertificate } from './test-authority.js';

/** Where the parts of a running system are, as one process can tell another. */
export interface SystemLocation {
  /** Per service: `http` and `metrics` as URLs, `grpc` as host:port. */
  addresses: Record<string, ServiceAddresses>;
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
}

/** The whole product, running from the dist folders on free ports, with its own database, Redis and NATS. */
export interface ReachableSystem extends SystemLocation {
  /** What an OpenAI client takes as its base URL. */
  baseUrl: string;
  gatewayUrl: string;
  /** Of every gateway, the first one first. */
  gatewayUrls: string[];
  simulatorUrl: string;
  operator: SystemOperator;
  /** @param usd decimal: '10', '0.25'. @returns the account's id. */
  createAccount(usd: string): Promise<string>;
  /** @returns the key's id and secret. */
  createKey(accountId: string, options?: Omit<NewKey, 'accountId'>): Promise<{ id: string; secret: string }>;
}

export function reachSystem(location: SystemLocation, operator: SystemOperator): ReachableSystem {
  const { addresses } = location;
  const gatewayUrl = addresses['gateway']!.http;
  return {
    ...location,
    baseUrl: `${gatewayUrl}/v1`,
    gatewayUrl,
    gatewayUrls: Object.keys(addresses)
      .filter((name) => /^gateway(-\d+)?$/.test(name))
      .map((name) => addresses[name]!.http),
    // Left out of a system whose providers are all somebody else's.
    simulatorUrl: addresses['provider-simulator']?.http ?? '',
    operator,
    createAccount: async (usd) =>
      (await operator.createAccount(`${randomUUID()}@example.com`, parseUsd(usd))).id,
    createKey: async (accountId, key) => {
      const created = await operator.createKey({ accountId, ...key });
      return { id: created.key.id, secret: created.secret };
    },
  };
}

export function operatorOf(
  addresses: Record<string, ServiceAddresses>,
  certificate?: TestCertificate,
): SystemOperator {
  return new SystemOperator(
    { auth: addresses['auth']!.grpc!, billing: addresses['billing']!.grpc! },
    certificate && {
      certificate: readFileSync(certificate.TLS_CERT_FILE),
      key: readFileSync(certificate.TLS_KEY_FILE),
      authority: readFileSync(certificate.TLS_CA_FILE),
    },
  );
}
