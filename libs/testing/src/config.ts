/** Where the test servers of this run are. Set by the global setup, or before it by whoever brings own servers. */
export interface TestConfig {
  databaseUrl?: string;
  redisUrl?: string;
  natsUrl?: string;
  /** Logs, pid files and data of this run. */
  folder?: string;
}

const variables: Record<keyof TestConfig, string> = {
  databaseUrl: 'TOKENROUTE_TEST_DATABASE_URL',
  redisUrl: 'TOKENROUTE_TEST_REDIS_URL',
  natsUrl: 'TOKENROUTE_TEST_NATS_URL',
  folder: 'TOKENROUTE_TEST_FOLDER',
};

export function readTestConfig(): TestConfig {
  const { env } = process;
  return {
    databaseUrl: env[variables.databaseUrl] || undefined,
    redisUrl: env[variables.redisUrl] || undefined,
    natsUrl: env[variables.natsUrl] || undefined,
    folder: env[variables.folder] || undefined,
  };
}

/** For a child process that is to use the servers of this run. */
export function environmentWithServers(config: TestConfig): Record<string, string> {
  const named = Object.entries(variables) as [keyof TestConfig, string][];
  return {
    ...plainEnvironment(),
    ...Object.fromEntries(
      named.flatMap(([field, variable]) => (config[field] ? [[variable, config[field]]] : [])),
    ),
  };
}

/** Makes it known to the workers, which inherit the environment. */
export function publishTestConfig(config: TestConfig): void {
  for (const [field, variable] of Object.entries(variables) as [keyof TestConfig, string][]) {
    const value = config[field];
    if (value !== undefined) process.env[variable] = value;
  }
}

/** What a child process of a test may see: enough to run, nothing of the developer's settings and keys. */
export function plainEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'DOCKER_HOST'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
