import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

export type ResolveAddresses = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A host's addresses are not all public. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/**
 * Resolves for one connection, which then goes to exactly the addresses that were checked: a name that resolves to
 * something else a moment later gains nothing. One address that is not allowed refuses the whole name.
 */
export function guardedLookup(
  isAllowed: (address: string) => boolean,
  resolve: ResolveAddresses = lookup,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      const refused = addresses.find(({ address }) => !isAllowed(address));
      if (first === undefined || refused !== undefined) {
        return callback(new AddressRefusedError(`${hostname} resolves to ${refused?.address}`), []);
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
