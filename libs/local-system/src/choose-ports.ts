import { freePort, isPortFree, nextFreePort } from '@tokenroute/local-servers';
import { type PortName, portNames, type ServiceDefinition } from './service-table.js';

/** Ports by "service.port", for instance "auth.grpc". */
export type PortMap = Record<string, number>;

export interface PortWishes {
  environment: Readonly<Record<string, string | undefined>>;
  /** What the last start used: bookmarks and a client's settings go on working. */
  previous: PortMap;
  /** Told when a wanted port was taken and another one is used. */
  onDetour: (note: string) => void;
}

export const portKey = (service: string, port: PortName) => `${service}.${port}`;

/**
 * A free port for every service: the one the environment names (a failure when it is taken), the last one used, the
 * table's default, or the next free one above.
 */
export async function choosePorts(
  services: readonly ServiceDefinition[],
  wishes: PortWishes,
): Promise<PortMap> {
  const chosen: PortMap = {};
  for (const { service, port, definition } of everyPort(services)) {
    const key = portKey(service.name, port);
    const explicit = wishes.environment[definition.variable];
    if (explicit) {
      chosen[key] = await explicitPort(definition.variable, explicit);
      continue;
    }
    const wanted = wishes.previous[key] ?? definition.default;
    chosen[key] = await nextFreePort(wanted);
    if (chosen[key] !== wanted) {
      wishes.onDetour(
        `port ${wanted} (${service.name}) is taken, using ${chosen[key]}; ${definition.variable} chooses one`,
      );
    }
  }
  return chosen;
}

/** Any free ports, for a system that nobody needs to find by its port. */
export async function freePorts(services: readonly ServiceDefinition[]): Promise<PortMap> {
  const chosen: PortMap = {};
  for (const { service, port } of everyPort(services)) chosen[portKey(service.name, port)] = await freePort();
  return chosen;
}

async function explicitPort(variable: string, value: string): Promise<number> {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`${variable} is not a port number`);
  if (!(await isPortFree(port)))
    throw new Error(`port ${port}, chosen by ${variable}, is taken by another program`);
  return port;
}

function everyPort(services: readonly ServiceDefinition[]) {
  return services.flatMap((service) =>
    portNames.flatMap((port) => {
      const definition = service.ports[port];
      return definition === undefined ? [] : [{ service, port, definition }];
    }),
  );
}
