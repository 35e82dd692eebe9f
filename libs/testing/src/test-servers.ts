import { readTestConfig } from './config.js';

export interface TestServers {
  /** The shared PostgreSQL; use createTestDatabase for one of your own in it. */
  databaseUrl: string;
  redisUrl: string;
  natsUrl: string;
  folder: string;
}

/** The servers of this test run. The project's jest.config.cjs has to name the global setup. */
export function testServers(): TestServers {
  const { databaseUrl, redisUrl, natsUrl, folder } = readTestConfig();
  if (!databaseUrl || !redisUrl || !natsUrl || !folder) {
    throw new Error(
      'there are no test servers: jest.config.cjs needs globalSetup and globalTeardown of libs/testing (see its README)',
    );
  }
  return { databaseUrl, redisUrl, natsUrl, folder };
}
