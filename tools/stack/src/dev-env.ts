import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type DevEnv = Record<string, string>;

export function devEnvFile(folder: string): string {
  return join(folder, 'dev.env');
}

/** What the last start wrote; empty when there was none. */
export function readDevEnv(folder: string): DevEnv {
  try {
    return parseDevEnv(readFileSync(devEnvFile(folder), 'utf8'));
  } catch {
    return {};
  }
}

/** Readable by its owner alone: it holds a key and the database's password. */
export function writeDevEnv(folder: string, values: DevEnv): void {
  const file = devEnvFile(folder);
  writeFileSync(file, formatDevEnv(values), { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** NAME=value lines that a shell can source; quoted only where a shell would otherwise see more than text. */
export function formatDevEnv(values: DevEnv): string {
  const lines = Object.entries(values).map(([name, value]) => {
    const isPlain = /^[\w.:/?=@,%+-]*$/.test(value);
    return `${name}=${isPlain ? value : `'${value.replaceAll("'", `'\\''`)}'`}\n`;
  });
  return `# Written by npm start at every start. source it, or read it as NAME=value.\n${lines.join('')}`;
}

export function parseDevEnv(text: string): DevEnv {
  const values: DevEnv = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    values[name] = value.startsWith("'") ? value.slice(1, -1).replaceAll(`'\\''`, "'") : value;
  }
  return values;
}
