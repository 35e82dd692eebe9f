import type { Fault } from './fault.js';
import type { InjectedFault } from './fault-injector.js';

/** Whether nothing was wrong, all the time between two moments, on a gateway's way to auth and to what auth knows. */
export function authWasReachable(
  injected: readonly InjectedFault[],
  gateway: string,
  from: number,
  to: number,
): boolean {
  return !injected.some(
    ({ fault, beganAt, endedAt, skipped }) =>
      !skipped && isOnTheWay(fault, gateway) && beganAt <= to && (endedAt ?? Infinity) >= from,
  );
}

function isOnTheWay(fault: Fault, gateway: string): boolean {
  switch (fault.kind) {
    case 'kill':
    case 'pause':
      return fault.service === 'auth' || fault.service === gateway;
    case 'link':
      return (
        (fault.link.from === gateway && fault.link.to === 'auth') ||
        (fault.link.from === 'auth' && fault.link.to === 'postgres')
      );
    case 'postgres-stop':
    case 'terminate-backends':
      return true;
    case 'rolling-restart':
    case 'nats-kill':
    case 'nats-set-back':
    case 'redis-kill':
    case 'redis-flush':
      return false;
    default:
      return fault satisfies never;
  }
}
