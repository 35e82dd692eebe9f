import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ReachableSystem } from '@tokenroute/testing';

const tool = fileURLToPath(new URL('../../tokenroute-cli/bin/tokenroute.mjs', import.meta.url));

/** Runs the administrator's tool against a system; gives back what it prints with --json. Throws when it fails. */
export async function administer(
  system: ReachableSystem,
  ...args: string[]
): Promise<Record<string, unknown> & { id: string }> {
  const { auth, billing } = system.addresses;
  const { stdout } = await promisify(execFile)(process.execPath, [tool, ...args, '--json'], {
    env: { AUTH_ADDRESS: auth!.grpc, BILLING_ADDRESS: billing!.grpc },
  });
  return JSON.parse(stdout) as Record<string, unknown> & { id: string };
}
