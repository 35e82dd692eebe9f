/** Where to go after a sign-in: a path of this site, or the overview. What a link of somebody else names is never another site. */
export function ownPath(wanted: string | undefined): string {
  const home = '/dashboard';
  if (wanted === undefined || !wanted.startsWith('/')) return home;
  // Browsers read a backslash as a slash, and two slashes as the begin of a host; tabs and line ends they leave out.
  if (/^\/[/\\]|[\t\r\n\\]/.test(wanted)) return home;
  return wanted;
}
