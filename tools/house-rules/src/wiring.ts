import type { ConfigVariables } from './config-variables.js';

/** One service as a deployment describes it, whatever the deployment's own language. */
export interface DeployedService {
  name: string;
  variables: ConfigVariables;
  environment: Record<string, string>;
  /** Ports at which others reach it; undefined: any port it listens on. */
  reachablePorts?: number[];
}

/** Given to services that do not read it yet. */
export const notReadYet: string[] = [];

const addressVariables = ['AUTH_ADDRESS', 'BILLING_ADDRESS'];
const listeningVariables = ['PORT', 'HTTP_PORT', 'GRPC_PORT', 'METRICS_PORT'];

/** What would keep these services from starting or from finding each other, in words. */
export function wiringProblems(services: DeployedService[]): string[] {
  return services.flatMap((service) => [
    ...missingVariables(service),
    ...unreadVariables(service),
    ...wrongAddresses(service, services),
  ]);
}

function missingVariables({ name, variables, environment }: DeployedService): string[] {
  return variables.required
    .filter((variable) => !(variable in environment))
    .map((variable) => `${name} is not given ${variable}`);
}

function unreadVariables({ name, variables, environment }: DeployedService): string[] {
  const read = [...variables.required, ...variables.optional, ...notReadYet];
  return Object.keys(environment)
    .filter((variable) => !read.includes(variable))
    .map((variable) => `${name} does not read ${variable}`);
}

function wrongAddresses(service: DeployedService, services: DeployedService[]): string[] {
  return addressesOf(service.environment).flatMap(([variable, address]) => {
    const [host = '', port = ''] = address.split(':');
    const target = services.find(({ name }) => name === host);
    if (!target) return [`${variable} of ${service.name} names ${host}, which is no service`];
    const grpcPort = target.environment['GRPC_PORT'];
    if (grpcPort !== port)
      return [`${variable} of ${service.name} names port ${port}, ${host} listens on ${grpcPort}`];
    if (target.reachablePorts && !target.reachablePorts.includes(Number(port))) {
      return [`${variable} of ${service.name} names port ${port}, at which ${host} is not reachable`];
    }
    return [];
  });
}

function addressesOf(environment: Record<string, string>): [variable: string, address: string][] {
  const adapters = (environment['ADAPTERS'] ?? '').split(',').filter(Boolean);
  return [
    ...addressVariables.flatMap((variable): [string, string][] => {
      const address = environment[variable];
      return address === undefined ? [] : [[variable, address]];
    }),
    ...adapters.map((adapter): [string, string] => ['ADAPTERS', adapter.slice(adapter.indexOf('=') + 1)]),
  ];
}

/** The ports a service listens on, by its environment. */
export function listeningPorts(environment: Record<string, string>): number[] {
  return listeningVariables.flatMap((variable) =>
    variable in environment ? [Number(environment[variable])] : [],
  );
}
