export interface SimulatorConfig {
  host: string;
  port: number;
}

/** HOST (127.0.0.1) and PORT (7390; 0 takes a free one). Throws with the variable's name, never its value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): SimulatorConfig {
  const port = Number(environment.PORT ?? 7390);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error('PORT is not a port number');
  return { host: environment.HOST || '127.0.0.1', port };
}
