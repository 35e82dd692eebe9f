import { Fault } from '@tokenroute/faults';

const pattern = /^Bearer +(\S{1,256})$/i;

/**
 * The key of an Authorization header.
 * @throws Fault authentication when there is none, or it is not one Bearer token
 */
export function bearerToken(header: string | undefined): string {
  if (!header) {
    throw new Fault(
      'authentication',
      'You did not provide an API key. Send it as: Authorization: Bearer sk-tr-…',
    );
  }
  const token = pattern.exec(header)?.[1];
  if (!token) throw new Fault('authentication', 'The Authorization header must be: Bearer sk-tr-…');
  return token;
}
