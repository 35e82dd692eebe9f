import type { LocalServers } from '@tokenroute/local-servers';
import { type RunningSystem, schemaUrl, services, variablePrefix } from '@tokenroute/local-system';
import type { DemoAccount } from './demo-account.js';
import type { DevEnv } from './dev-env.js';

/** The contents of dev.env: the way in first, then the servers, then the address of every service. */
export function systemEnv(system: RunningSystem, servers: LocalServers, account: DemoAccount): DevEnv {
  const env: DevEnv = {
    TOKENROUTE_BASE_URL: `${system.addresses('gateway').http}/v1`,
    TOKENROUTE_API_KEY: account.key,
    TOKENROUTE_ACCOUNT_ID: account.accountId,
    ...(account.signIn && {
      DASHBOARD_EMAIL: account.signIn.email,
      DASHBOARD_PASSWORD: account.signIn.password,
    }),
  };
  for (const { name, schema } of services) {
    if (schema !== undefined)
      env[`${variablePrefix(name)}_DATABASE_URL`] = schemaUrl(servers.postgres.url, schema);
  }
  env.NATS_URL = servers.nats.url;
  env.REDIS_URL = servers.redis.url;
  for (const name of system.names) {
    const { http, grpc, metrics } = system.addresses(name);
    const prefix = variablePrefix(name);
    // A service with two doors is reached through gRPC; its HTTP is for operations.
    env[grpc === undefined ? `${prefix}_URL` : `${prefix}_HTTP_URL`] = http;
    if (grpc !== undefined) env[`${prefix}_ADDRESS`] = grpc;
    if (metrics !== undefined) env[`${prefix}_METRICS_URL`] = metrics;
  }
  return env;
}
