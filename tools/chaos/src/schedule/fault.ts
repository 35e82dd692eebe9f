import type { LinkCondition } from '../links/link-condition.js';
import type { LinkEnds } from '../links/links.js';

/** Something that goes wrong, and for how long. */
export type Fault =
  /** SIGKILL; it comes back after so long. */
  | { kind: 'kill'; service: string; forMs: number }
  /** SIGSTOP, later SIGCONT: it is there and does nothing. */
  | { kind: 'pause'; service: string; forMs: number }
  /** SIGTERM and start of one replica after the other. */
  | { kind: 'rolling-restart'; service: string }
  | { kind: 'link'; link: LinkEnds; condition: LinkCondition; forMs: number }
  /** pg_terminate_backend of every connection. */
  | { kind: 'terminate-backends' }
  /** PostgreSQL's immediate shutdown: as a crash, it replays its log afterwards. */
  | { kind: 'postgres-stop'; forMs: number }
  | { kind: 'nats-kill'; forMs: number }
  /** NATS dies, and its disk comes back as it was at its death before. */
  | { kind: 'nats-set-back'; forMs: number }
  | { kind: 'redis-kill'; forMs: number }
  | { kind: 'redis-flush' };

export type FaultKind = Fault['kind'];

export const faultKinds: readonly FaultKind[] = [
  'kill',
  'pause',
  'rolling-restart',
  'link',
  'terminate-backends',
  'postgres-stop',
  'nats-kill',
  'nats-set-back',
  'redis-kill',
  'redis-flush',
];

/** As a report names it: "kill gateway-2 for 1200 ms". */
export function describeFault(fault: Fault): string {
  const time = 'forMs' in fault ? ` for ${fault.forMs} ms` : '';
  switch (fault.kind) {
    case 'kill':
    case 'pause':
      return `${fault.kind} ${fault.service}${time}`;
    case 'rolling-restart':
      return `${fault.kind} ${fault.service}`;
    case 'link': {
      const { kind, ...more } = fault.condition;
      const how = Object.entries(more).map(([name, value]) => ` ${name}=${String(value)}`);
      return `link ${fault.link.from} > ${fault.link.to}: ${kind}${how.join('')}${time}`;
    }
    case 'terminate-backends':
    case 'redis-flush':
      return fault.kind;
    case 'postgres-stop':
    case 'nats-kill':
    case 'nats-set-back':
    case 'redis-kill':
      return `${fault.kind}${time}`;
    default:
      return fault satisfies never;
  }
}
