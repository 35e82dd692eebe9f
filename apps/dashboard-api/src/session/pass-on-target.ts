const passedOnPrefix = '/api/auth/';

/**
 * Where a request to `/api/auth` is passed on to: read as the client that asks auth will read it, dots resolved.
 * @param url as it stands in the request line
 * @returns null when that is not below `/api/auth` of auth: its metrics and health are nobody's business
 */
export function passOnTarget(url: string, authHttpUrl: string): URL | null {
  const auth = new URL(authHttpUrl);
  if (!URL.canParse(url, authHttpUrl)) return null;
  const target = new URL(url, auth);
  return target.origin === auth.origin && target.pathname.startsWith(passedOnPrefix) ? target : null;
}
