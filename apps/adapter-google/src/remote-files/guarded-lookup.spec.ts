import type { LookupAddress } from 'node:dns';
import { AddressRefusedError, guardedLookup, type ResolveAddresses } from './guarded-lookup.js';
import { isPublicAddress } from './public-address.js';

const answers =
  (...addresses: LookupAddress[]): ResolveAddresses =>
  (_hostname, _options, callback) =>
    callback(null, addresses);

function look(resolve: ResolveAddresses, all: boolean): Promise<unknown> {
  return new Promise((done, fail) => {
    guardedLookup(isPublicAddress, resolve)('files.example', { all }, (error, address) =>
      error ? fail(error) : done(address),
    );
  });
}

const publicV4 = { address: '93.184.215.14', family: 4 };
const publicV6 = { address: '2606:4700::1111', family: 6 };

describe('guardedLookup', () => {
  test('hands on exactly the addresses that were checked, in whichever form is asked for', async () => {
    expect(await look(answers(publicV4, publicV6), true)).toEqual([publicV4, publicV6]);
    expect(await look(answers(publicV4, publicV6), false)).toBe(publicV4.address);
  });

  test('one address that is not public refuses the name', async () => {
    const mixed = answers(publicV4, { address: '169.254.169.254', family: 4 });
    await expect(look(mixed, true)).rejects.toBeInstanceOf(AddressRefusedError);
    await expect(look(mixed, false)).rejects.toBeInstanceOf(AddressRefusedError);
  });

  test('a name without addresses leads nowhere', async () => {
    await expect(look(answers(), true)).rejects.toBeInstanceOf(AddressRefusedError);
  });

  test('a failure to resolve stays one', async () => {
    const failing: ResolveAddresses = (_name, _options, callback) => callback(new Error('ENOTFOUND'), []);
    await expect(look(failing, true)).rejects.toThrow('ENOTFOUND');
  });
});
