import { isIPv4 } from 'node:net';
import { z } from 'zod';

const addressPattern = /^[^\s:/,=]+:\d{1,5}$/;
const message = 'must be host:port, or ip:port[,ip:port …] of several replicas';

/** One name, whose addresses are those of the replicas, or several addresses of IPv4: DNS has no list of names. */
export function areGrpcAddresses(addresses: readonly string[]): boolean {
  if (!addresses.every((address) => addressPattern.test(address))) return false;
  return addresses.length === 1 || (addresses.length > 1 && addresses.every(isIPv4Address));
}

/** Where another service of ours is: "auth:7101", "10.0.0.1:7101,10.0.0.2:7101". Gives back gRPC's name for it. */
export const grpcAddressVariable = z.string().transform((text, context) => {
  const addresses = text.split(',').map((address) => address.trim());
  if (areGrpcAddresses(addresses)) return grpcTarget(addresses);
  context.addIssue({ code: 'custom', params: { message } });
  return z.NEVER;
});

function grpcTarget(addresses: readonly string[]): string {
  return addresses.every(isIPv4Address) ? `ipv4:${addresses.join(',')}` : `dns:///${addresses[0]}`;
}

function isIPv4Address(address: string): boolean {
  return isIPv4(address.slice(0, address.lastIndexOf(':')));
}
