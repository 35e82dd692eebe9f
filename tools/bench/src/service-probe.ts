import { connect } from 'node:net';
import { join } from 'node:path';
import type { InsideOrder } from './inside-service.js';

/** The benchmark's end of what runs inside a service. */
export class ServiceProbe {
  private readonly socket: string;

  constructor(
    readonly service: string,
    folder: string,
  ) {
    this.socket = join(folder, `${service}.sock`);
  }

  /** What a service has to be started with. */
  get environment(): Record<string, string> {
    const module = new URL('./inside-service.js', import.meta.url);
    module.searchParams.set('socket', this.socket);
    return { NODE_OPTIONS: `--import=${module.href}` };
  }

  ask<Result>(order: InsideOrder): Promise<Result> {
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      const connection = connect(this.socket, () => connection.write(JSON.stringify(order)));
      connection.on('data', (bytes: Buffer) => pieces.push(bytes));
      connection.once('error', reject);
      connection.once('end', () => {
        const reply = JSON.parse(Buffer.concat(pieces).toString('utf8')) as {
          result: Result;
          error?: string;
        };
        if (reply.error === undefined) resolve(reply.result);
        else reject(new Error(`${this.service}: ${reply.error}`));
      });
    });
  }
}
