import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerName } from '@tokenroute/local-servers';
import type { PortMap } from '@tokenroute/local-system';

export interface SavedPorts {
  servers: Partial<Record<ServerName, number>>;
  services: PortMap;
}

/** The ports of the last start, so that the next one can have them again. */
export function readSavedPorts(folder: string): SavedPorts {
  try {
    return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as SavedPorts;
  } catch {
    return { servers: {}, services: {} };
  }
}

export function savePorts(folder: string, ports: SavedPorts): void {
  writeFileSync(fileIn(folder), `${JSON.stringify(ports, undefined, 2)}\n`);
}

function fileIn(folder: string): string {
  return join(folder, 'ports.json');
}
