import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** A process of the benchmark's own that does what it is told: its processor time is nobody else's. */
export class WorkerProcess {
  private readonly waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  private nextId = 1;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (reply: Reply) => this.receive(reply));
    child.once('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${name} ended (${code ?? signal})`));
      this.waiting.clear();
    });
  }

  /** @param name of a compiled file in the folder, which is this one's */
  static start(
    name: string,
    args: readonly string[] = [],
    folder = new URL('./', import.meta.url),
  ): WorkerProcess {
    const file = fileURLToPath(new URL(`${name}.js`, folder));
    // Nothing of the developer's environment: NODE_OPTIONS in it would change what is measured.
    return new WorkerProcess(name, fork(file, args, { env: {}, execArgv: [] }));
  }

  get pid(): number {
    return this.child.pid!;
  }

  ask<Result>(order: unknown): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const id = this.nextId++;
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.child.send({ id, order }, (error) => {
        if (error) reject(error);
      });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private receive({ id, result, error }: Reply): void {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(`${this.name}: ${error}`));
  }
}

/** In the process itself: answers every order, and ends with the one who gives them. */
export function serveOrders<Order>(handle: (order: Order) => unknown): void {
  process.on('message', ({ id, order }: { id: number; order: Order }) => {
    Promise.resolve(order)
      .then(handle)
      .then(
        (result) => process.send!({ id, result }),
        (error: Error) => process.send!({ id, error: error.stack ?? error.message }),
      );
  });
  process.once('disconnect', () => process.exit());
}
