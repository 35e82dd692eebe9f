import { type AttemptLimits, limits } from './attempt-rules.js';

/** One route below /api/auth that is open to browsers. Whatever better-auth offers beside them is a 404. */
export interface PeopleRoute {
  method: 'GET' | 'POST';
  /** Below /api/auth; `*` stands for one segment. */
  path: string;
  /** Open to somebody who is not signed in; every other route is a 401 then. */
  open?: true;
  limits?: AttemptLimits;
  /** What the limits are counted under, when several routes try the same thing. */
  attempt?: string;
  /** The answer takes at least so long, whether or not there is such a person. */
  leastMs?: number;
}

const leastMs = 250;

export const peopleRoutes: readonly PeopleRoute[] = [
  { ...get('/get-session'), open: true },
  get('/list-sessions'),
  get('/list-accounts'),
  { ...get('/error'), open: true },

  { ...post('/sign-up/email', limits.signUp), open: true, leastMs },
  { ...post('/sign-in/email', limits.signIn), open: true },
  { ...post('/sign-in/social', limits.signInElsewhere), open: true },
  { ...get('/callback/*'), open: true, limits: limits.signInElsewhere },
  { ...post('/sign-out'), open: true },
  { ...get('/verify-email'), open: true, limits: limits.token },
  { ...post('/send-verification-email', limits.mail), open: true, attempt: 'mail' },
  { ...post('/request-password-reset', limits.mail), open: true, attempt: 'mail', leastMs },
  { ...post('/reset-password', limits.token), open: true },

  post('/update-user'),
  { ...post('/change-password', limits.password), attempt: 'password' },
  post('/revoke-session'),
  post('/revoke-sessions'),
  post('/revoke-other-sessions'),
  post('/link-social', limits.signInElsewhere),
  post('/unlink-account'),

  { ...post('/two-factor/enable', limits.password), attempt: 'password' },
  { ...post('/two-factor/disable', limits.password), attempt: 'password' },
  { ...post('/two-factor/get-totp-uri', limits.password), attempt: 'password' },
  { ...post('/two-factor/generate-backup-codes', limits.password), attempt: 'password' },
  // Open to the cookie of a sign-in whose password was right; better-auth refuses everybody else.
  { ...post('/two-factor/verify-totp', limits.secondFactor), open: true, attempt: 'second-factor' },
  { ...post('/two-factor/verify-backup-code', limits.secondFactor), open: true, attempt: 'second-factor' },

  post('/organization/create', limits.createOrganisation),
  post('/organization/update'),
  post('/organization/set-active'),
  get('/organization/list'),
  get('/organization/list-members'),
  get('/organization/list-invitations'),
  get('/organization/list-user-invitations'),
  get('/organization/get-invitation'),
  post('/organization/invite-member', limits.invite),
  post('/organization/cancel-invitation'),
  post('/organization/accept-invitation'),
  post('/organization/reject-invitation'),
  post('/organization/update-member-role'),
  post('/organization/remove-member'),
  post('/organization/leave'),
];

/** The route a request is for; undefined: there is none. @param path below /api/auth, without its query */
export function findRoute(method: string, path: string): PeopleRoute | undefined {
  return peopleRoutes.find((route) => route.method === method && matches(route.path, path));
}

function matches(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === path;
  const rest = path.slice(pattern.length - 1);
  return path.startsWith(pattern.slice(0, -1)) && /^[a-z0-9-]+$/.test(rest);
}

function get(path: string): PeopleRoute {
  return { method: 'GET', path };
}

function post(path: string, attemptLimits?: AttemptLimits): PeopleRoute {
  return { method: 'POST', path, limits: attemptLimits };
}
