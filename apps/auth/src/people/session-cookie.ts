/**
 * Browsers take a `__Host-` cookie only with Secure, Path=/ and no Domain, so nobody on a sibling domain can plant one. On
 * http://localhost not every browser takes Secure cookies: there the name says that it is one for development.
 */
export function cookieSettings(publicUrl: string) {
  const isSecure = publicUrl.startsWith('https:');
  return {
    cookiePrefix: isSecure ? '__Host-tokenroute' : 'tokenroute-development',
    defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: 'lax', path: '/' },
  } as const;
}
