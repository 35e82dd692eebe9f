/** What a role may be allowed to do in an organisation. Which role is: apps/auth/src/people/role-matrix.ts. */
export type Permission =
  | 'organisation:update'
  | 'members:read'
  | 'members:invite'
  | 'members:change'
  | 'members:remove'
  | 'keys:read'
  | 'keys:write'
  | 'usage:read'
  | 'billing:read'
  | 'billing:pay'
  | 'audit:read';

/**
 * `everybody`: without a session. `administrator`: whom ADMINISTRATORS names. Else a member of the organisation in the path,
 * whose role allows it.
 */
export type Access = 'everybody' | 'administrator' | Permission;

const organisation = '/api/organisations/:organisationId';

/** Who may ask for what: every route of this service. One that is not here is refused. */
export const accessTable: Readonly<Record<string, Access>> = {
  'GET /healthz': 'everybody',
  'GET /readyz': 'everybody',
  'GET /': 'everybody',
  'GET /*': 'everybody',
  // The description of the gateway's API.
  'GET /openapi.json': 'everybody',
  // Passed on to auth, which has a table of its own: apps/auth/src/people/people-routes.ts.
  'GET /api/auth/*': 'everybody',
  'POST /api/auth/*': 'everybody',

  // Answers whose session it is, or that it is nobody's.
  'GET /api/session': 'everybody',

  [`GET ${organisation}/account`]: 'billing:read',
  [`GET ${organisation}/live`]: 'usage:read',

  [`GET ${organisation}/keys`]: 'keys:read',
  [`POST ${organisation}/keys`]: 'keys:write',
  [`GET ${organisation}/keys/limit-use`]: 'keys:read',
  [`PATCH ${organisation}/keys/:keyId`]: 'keys:write',
  [`POST ${organisation}/keys/:keyId/rotation`]: 'keys:write',
  [`POST ${organisation}/keys/:keyId/revocation`]: 'keys:write',
  [`GET ${organisation}/keys/:keyId/events`]: 'keys:read',

  [`GET ${organisation}/models`]: 'usage:read',

  [`GET ${organisation}/usage`]: 'usage:read',
  [`GET ${organisation}/requests`]: 'usage:read',
  [`GET ${organisation}/requests/:requestId`]: 'usage:read',

  [`GET ${organisation}/payments`]: 'billing:read',
  [`POST ${organisation}/top-ups`]: 'billing:pay',
  [`GET ${organisation}/top-up-settings`]: 'billing:read',
  [`PUT ${organisation}/top-up-settings`]: 'billing:pay',

  [`GET ${organisation}/statements/:month`]: 'billing:read',

  // Paid with a key, which the gateway judges.
  [`POST ${organisation}/playground`]: 'keys:read',

  [`GET ${organisation}/members`]: 'members:read',
  [`GET ${organisation}/audit-events`]: 'audit:read',

  'GET /api/administration/accounts': 'administrator',
  'GET /api/administration/accounts/:accountId': 'administrator',
  'POST /api/administration/accounts/:accountId/credit': 'administrator',
  'POST /api/administration/accounts/:accountId/freeze': 'administrator',
  'POST /api/administration/accounts/:accountId/thaw': 'administrator',
  'GET /api/administration/models': 'administrator',
  'PUT /api/administration/models/:modelId': 'administrator',
  'GET /api/administration/models/:modelId/users': 'administrator',
  'GET /api/administration/models/:modelId/events': 'administrator',
  'GET /api/administration/models/:modelId/prices': 'administrator',
  'POST /api/administration/models/:modelId/prices': 'administrator',
  'POST /api/administration/models/:modelId/price-previews': 'administrator',
  'GET /api/administration/ledger-proof': 'administrator',
  'GET /api/administration/house-loss': 'administrator',
  'GET /api/administration/dead-letters': 'administrator',
  'POST /api/administration/dead-letters/replay': 'administrator',
};

/** Undefined: there is no such route. HEAD is answered like GET. */
export function accessOf(method: string, route: string | undefined): Access | undefined {
  return accessTable[`${method === 'HEAD' ? 'GET' : method} ${route}`];
}
