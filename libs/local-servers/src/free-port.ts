import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

const loopback = '127.0.0.1';
// Below the range from which the kernel takes ports for outgoing connections: such a port could be gone again
// before the server that was promised it gets to listen.
const lowestPort = 20_000;
const highestPort = 32_000;
const handedOut = new Set<number>();

/**
 * A port on 127.0.0.1 that nobody listens on. It is this process's until it ends: no other call here or in another process
 * gets it, so a server may be stopped and started again on its port while other tests run.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(lowestPort, highestPort);
    if (handedOut.has(port) || !(await reserve(port))) continue;
    handedOut.add(port);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port found between ${lowestPort} and ${highestPort}`);
}

/** The given port or the next one above it that is free. */
export async function nextFreePort(preferred: number): Promise<number> {
  for (let port = preferred; port < Math.min(preferred + 200, 65_536); port++) {
    if (!handedOut.has(port) && (await isPortFree(port))) {
      handedOut.add(port);
      return port;
    }
  }
  throw new Error(`no free port found from ${preferred} on`);
}

/** The wanted port if it is free, any other free one if not, or if none is wanted. */
export async function wantedOrFreePort(wanted: number | undefined): Promise<number> {
  return wanted !== undefined && (await isPortFree(wanted)) ? wanted : freePort();
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  // Some systems let 127.0.0.1 be bound while another process holds the wildcard address, so both are asked.
  return (await canListen(port)) && !(await answers(port));
}

/**
 * Marks a TCP port as taken by holding the UDP port of the same number, which our servers do not use: the kernel lets one
 * process have it, and gives it back however that process ends.
 * @returns false when somebody has it
 */
export function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ port, address: loopback, exclusive: true }, () => resolve(true));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: loopback, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(500, () => answer(false));
  });
}
