import { isIPv6 } from 'node:net';

/** At most so many attempts in any stretch of time of that length. */
export interface AttemptRule {
  attempts: number;
  windowMs: number;
}

/** What attempts are counted by: where they come from, the e-mail address they name, who is signed in. */
export type AttemptSubject = 'address' | 'email' | 'person';

export type AttemptLimits = Partial<Record<AttemptSubject, AttemptRule>>;

const minutes = (count: number) => count * 60_000;
const hours = (count: number) => minutes(60 * count);

/** For every request to /api/auth, by address. */
export const everyRequest: AttemptRule = { attempts: 600, windowMs: minutes(1) };

/**
 * What may be guessed at, or fills somebody's mailbox. The limits by e-mail address count for addresses nobody has as well: a
 * limit must not tell who is a customer. NIST SP 800-63B wants no more than a hundred tries in a row: by e-mail that takes a
 * guesser two and a half hours, and the next hundred as long again.
 */
export const limits = {
  signIn: { address: rule(20, minutes(5)), email: rule(10, minutes(15)) },
  signInElsewhere: { address: rule(30, minutes(5)) },
  signUp: { address: rule(20, hours(1)), email: rule(3, hours(1)) },
  mail: { address: rule(20, hours(1)), email: rule(3, minutes(15)) },
  token: { address: rule(30, hours(1)) },
  secondFactor: { address: rule(20, minutes(5)) },
  password: { address: rule(20, minutes(5)), person: rule(10, minutes(15)) },
  invite: { person: rule(50, hours(1)) },
  createOrganisation: { person: rule(10, hours(1)) },
} as const satisfies Record<string, AttemptLimits>;

function rule(attempts: number, windowMs: number): AttemptRule {
  return { attempts, windowMs };
}

/** Whoever has one IPv6 address has the 64 bits below it too. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = address.includes('::')
    ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
    : [];
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
