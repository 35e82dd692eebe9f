import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { validate as isUuid } from 'uuid';
import { passwordProblem } from './password-rules.js';
import type { RecoveryCodeDigests } from './recovery-codes.js';
import { isRole, roles } from './role-matrix.js';
import type { UsedTotpCodes } from './used-totp-codes.js';

export interface RequestRuleParts {
  recoveryCodes: RecoveryCodeDigests;
  usedTotpCodes: UsedTotpCodes;
}

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];
type Body = Record<string, unknown>;

/** Our own rules, checked before better-auth's. A body that an answer changes goes on in its changed form. */
export function requestRules({ recoveryCodes, usedTotpCodes }: RequestRuleParts) {
  return createAuthMiddleware(async (context) => {
    const body = bodyOf(context);
    refuseIdsThatAreNone(body);
    refuseIdsThatAreNone((context.query ?? {}) as Body);
    switch (context.path) {
      case '/sign-up/email':
        refuseLongName(body);
        return checkPassword(body, 'password', String(body['email']));
      case '/reset-password':
        return checkPassword(body, 'newPassword', await emailOfResetToken(context, body));
      case '/change-password':
        checkPassword(body, 'newPassword', (await getSessionFromCtx(context))?.user.email ?? '');
        // A new password is often the answer to somebody else knowing the old one.
        return changed(body, { revokeOtherSessions: true });
      case '/update-user':
        return refuseLongName(body);
      case '/two-factor/verify-totp':
        await useOnce(context, body, usedTotpCodes);
        return changed(body, { trustDevice: false });
      case '/two-factor/verify-backup-code':
        return changed(body, { trustDevice: false, code: recoveryCodes.digestOf(String(body['code'])) });
      case '/organization/create':
      case '/organization/update':
        return refuseLongName(body);
      case '/organization/list-user-invitations':
        // Without a session better-auth takes it for a call of our own, which may name anybody.
        if (context.query?.['email'] !== undefined)
          throw badRequest('INVALID_QUERY', 'email: your own is meant.');
        return;
      case '/organization/invite-member':
      case '/organization/update-member-role':
        return refuseOtherRoles(body);
      default:
        return;
    }
  });
}

function bodyOf(context: Context): Body {
  return typeof context.body === 'object' && context.body !== null ? (context.body as Body) : {};
}

function changed(body: Body, change: Body): { context: { body: Body } } {
  return { context: { body: { ...body, ...change } } };
}

function checkPassword(body: Body, field: string, email: string): void {
  const password = body[field];
  if (typeof password !== 'string') return;
  const problem = passwordProblem(password, email);
  if (problem) throw badRequest(problem.code, problem.message);
}

/** Empty when the link is not good any more: what comes next refuses it. */
async function emailOfResetToken(context: Context, body: Body): Promise<string> {
  const { internalAdapter } = context.context;
  const found = await internalAdapter.findVerificationValue(`reset-password:${String(body['token'])}`);
  if (!found) return '';
  return (await internalAdapter.findUserById(found.value))?.email ?? '';
}

/** The same code a second time is somebody who read along (RFC 6238, section 5.2). */
async function useOnce(context: Context, body: Body, usedCodes: UsedTotpCodes): Promise<void> {
  const personId = await personOfChallenge(context);
  if (personId === undefined || typeof body['code'] !== 'string') return;
  if (!(await usedCodes.use(personId, body['code']))) {
    throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' });
  }
}

async function personOfChallenge(context: Context): Promise<string | undefined> {
  const session = await getSessionFromCtx(context);
  if (session) return session.user.id;
  const cookie = context.context.createAuthCookie('two_factor');
  const challenge = await context.getSignedCookie(cookie.name, context.context.secret);
  if (!challenge) return undefined;
  return (await context.context.internalAdapter.findVerificationValue(challenge))?.value;
}

function refuseLongName(body: Body): void {
  const name = (body['name'] ?? (body['data'] as Body | undefined)?.['name']) as unknown;
  if (name === undefined) return;
  if (typeof name !== 'string' || name.trim() === '' || [...name].length > 100 || /\p{Cc}/u.test(name)) {
    throw badRequest('INVALID_NAME', 'name: 1 to 100 characters, none of them a control character.');
  }
}

function refuseOtherRoles(body: Body): void {
  if (!isRole(body['role'])) throw badRequest('INVALID_ROLE', `role: one of ${roles.join(', ')}.`);
}

/** Ids are UUIDs in the database, which would take anything else for a mistake of ours. */
function refuseIdsThatAreNone(fields: Body): void {
  for (const [field, value] of Object.entries(fields)) {
    if (!field.endsWith('Id') || value === null || value === undefined || field === 'accountId') continue;
    if (field === 'providerId') continue;
    if (typeof value !== 'string' || !isUuid(value)) throw badRequest('INVALID_ID', `${field}: not a UUID.`);
  }
  const member = fields['memberIdOrEmail'];
  if (member !== undefined && !(typeof member === 'string' && (isUuid(member) || member.includes('@')))) {
    throw badRequest('INVALID_ID', 'memberIdOrEmail: neither a UUID nor an e-mail address.');
  }
}

function badRequest(code: string, message: string): APIError {
  return new APIError('BAD_REQUEST', { code, message });
}
