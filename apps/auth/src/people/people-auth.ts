import type { Logger, PostgresPool } from '@tokenroute/service-kit';
import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { genericOAuth, organization, twoFactor } from 'better-auth/plugins';
import { v7 as uuidV7 } from 'uuid';
import type { PeopleConfig } from '../config.js';
import { attributedPool } from './attributed-pool.js';
import type { BillingAccounts } from './billing-accounts.js';
import {
  alreadySignedUpMail,
  invitationMail,
  passwordChangedMail,
  resetMail,
  verificationMail,
} from './mail-texts.js';
import type { Mailer } from './mailer.js';
import { organisationAccess } from './organisation-access.js';
import { hashPassword, isPassword } from './password-hash.js';
import { ensurePersonalOrganisation } from './personal-organisation.js';
import { RecoveryCodeDigests } from './recovery-codes.js';
import { requestRules } from './request-rules.js';
import { cookieSettings } from './session-cookie.js';
import { openIdProviders, socialProviders } from './sign-in-providers.js';
import { organisationTableNames, tableNames, twoFactorTableNames } from './table-names.js';
import { UsedTotpCodes } from './used-totp-codes.js';

export interface PeopleAuthParts {
  config: PeopleConfig;
  pool: PostgresPool;
  mailer: Mailer;
  billingAccounts: BillingAccounts;
  logger: Logger;
}

/** A session as better-auth tells it. */
export interface SignedIn {
  session: { id: string; expiresAt: Date; activeOrganizationId?: string | null };
  user: {
    id: string;
    email: string;
    emailVerified: boolean;
    name: string;
    twoFactorEnabled?: boolean | null;
    createdAt: Date;
  };
}

/** The part of better-auth that the rest of the service sees. */
export interface PeopleAuth {
  /** Answers a request to /api/auth. */
  handler(request: Request): Promise<Response>;
  /** Whose session a Cookie header carries. */
  signedIn(cookie: string): Promise<SignedIn | null>;
}

/** The header in which the address of the client goes to better-auth: ours alone, never one of the client's. */
export const addressHeader = 'x-tokenroute-client-address';

const hour = 3_600;
const resetLinkSeconds = hour / 2;

export function createPeopleAuth(parts: PeopleAuthParts): PeopleAuth {
  const { config, pool } = parts;
  const auth = betterAuth({
    appName: 'tokenroute',
    baseURL: config.PUBLIC_URL,
    basePath: '/api/auth',
    secret: config.AUTH_SECRET,
    trustedOrigins: [config.PUBLIC_URL],
    database: attributedPool(pool),
    user: tableNames.user,
    verification: { ...tableNames.verification, storeIdentifier: 'hashed' },
    session: {
      ...tableNames.session,
      expiresIn: config.SESSION_LIFETIME_S,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
    },
    account: {
      ...tableNames.account,
      updateAccountOnSignIn: false,
      // A provider's word about an address counts when it says verified, and ours was verified too.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: true },
    },
    ...passwords(parts),
    socialProviders: socialProviders(config),
    plugins: plugins(parts),
    // Limits of our own stand before all this: they count in Redis, by address and by account.
    rateLimit: { enabled: false },
    hooks: {
      before: requestRules({
        recoveryCodes: new RecoveryCodeDigests(config.AUTH_SECRET),
        usedTotpCodes: new UsedTotpCodes(pool),
      }),
      after: endSessionBefore(),
    },
    databaseHooks: databaseHooks(parts),
    onAPIError: {
      errorURL: `${config.PUBLIC_URL}/sign-in`,
      onError: (error) => logOwnErrors(error, parts.logger),
    },
    logger: quietLogger(parts.logger),
    telemetry: { enabled: false },
    advanced: advanced(parts),
  });
  return {
    handler: (request) => auth.handler(request),
    signedIn: async (cookie) =>
      (await auth.api.getSession({
        headers: new Headers({ cookie }),
        query: { disableRefresh: true },
      })) as SignedIn | null,
  };
}

function advanced({ config, logger }: PeopleAuthParts) {
  return {
    ...cookieSettings(config.PUBLIC_URL),
    useSecureCookies: false,
    disableOriginCheck: false,
    disableCSRFCheck: false,
    ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 128 as const },
    database: { generateId: () => uuidV7() },
    // An answer does not wait for mail: its time would tell whether there is somebody to write to.
    backgroundTasks: {
      handler: (task: Promise<unknown>) => {
        task.catch((error: unknown) => logOwnErrors(error, logger));
      },
    },
  };
}

function passwords({ config, pool, mailer }: PeopleAuthParts) {
  return {
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      // The real rules are in password-rules.ts; these only keep better-auth's own out of their way.
      minPasswordLength: 1,
      maxPasswordLength: 2_048,
      password: { hash: hashPassword, verify: isPassword },
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: resetLinkSeconds,
      sendResetPassword: async ({ user, token }: { user: { email: string }; token: string }) =>
        mailer.send(user.email, resetMail(`${config.PUBLIC_URL}/reset-password?token=${token}`)),
      onPasswordReset: async ({ user }: { user: { id: string; email: string } }) => {
        // Every other link and challenge of the person: somebody else may hold one.
        await pool.query('DELETE FROM verifications WHERE value = $1', [user.id]);
        mailer.send(user.email, passwordChangedMail(config.PUBLIC_URL));
      },
      onExistingUserSignUp: async ({ user }: { user: { email: string } }) =>
        mailer.send(user.email, alreadySignedUpMail(config.PUBLIC_URL)),
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: false,
      autoSignInAfterVerification: false,
      expiresIn: hour,
      sendVerificationEmail: async ({ user, url }: { user: { email: string }; url: string }) =>
        mailer.send(user.email, verificationMail(url)),
    },
  };
}

function plugins({ config, mailer, billingAccounts }: PeopleAuthParts) {
  const recoveryCodes = new RecoveryCodeDigests(config.AUTH_SECRET);
  return [
    organization({
      ...organisationAccess(),
      schema: organisationTableNames,
      creatorRole: 'owner',
      disableOrganizationDeletion: true,
      organizationLimit: 20,
      membershipLimit: 200,
      invitationExpiresIn: 48 * hour,
      invitationLimit: 100,
      cancelPendingInvitationsOnReInvite: true,
      requireEmailVerificationOnInvitation: true,
      sendInvitationEmail: async ({ id, role, email, organization: { name } }) =>
        mailer.send(email, invitationMail(name, role, `${config.PUBLIC_URL}/invitations/${id}`)),
      organizationHooks: { afterCreateOrganization: async () => void billingAccounts.sweep() },
    }),
    twoFactor({
      issuer: 'tokenroute',
      schema: twoFactorTableNames,
      backupCodeOptions: {
        amount: 10,
        length: 16,
        storeBackupCodes: {
          encrypt: async (json: string) => recoveryCodes.toStored(json),
          decrypt: async (stored: string) => stored,
        },
      },
    }),
    genericOAuth({ config: openIdProviders(config) }),
  ];
}

function databaseHooks({ pool, billingAccounts }: PeopleAuthParts) {
  return {
    user: {
      create: {
        // An address that the provider does not vouch for would keep its owner from signing up.
        before: async (user: { emailVerified?: boolean }, context: { path?: string } | null) => {
          if (user.emailVerified || context?.path === '/sign-up/email') return;
          throw new APIError('FORBIDDEN', {
            code: 'EMAIL_NOT_VERIFIED',
            message: 'The e-mail address is not verified.',
          });
        },
      },
    },
    account: {
      create: {
        before: async () => ({
          data: { accessToken: null, refreshToken: null, idToken: null },
        }),
      },
    },
    session: {
      create: {
        before: async (session: { userId: string }) => {
          const { id, isNew } = await ensurePersonalOrganisation(pool, session.userId);
          if (isNew) void billingAccounts.sweep();
          return { data: { activeOrganizationId: id } };
        },
      },
    },
  };
}

/** A sign-in from within a session makes a new one and ends the old: a cookie planted before it is worth nothing after. */
function endSessionBefore() {
  return createAuthMiddleware(async (context) => {
    const { newSession, authCookies, secret, internalAdapter } = context.context;
    if (!newSession) return;
    const former = await context.getSignedCookie(authCookies.sessionToken.name, secret);
    if (former && former !== newSession.session.token) await internalAdapter.deleteSession(former);
  });
}

/** better-auth's own messages name e-mail addresses and URLs with tokens: only the words stay. */
function quietLogger(logger: Logger) {
  return {
    // Not 'warn' or 'error': with these better-auth writes every refusal to the console as well.
    level: 'info' as const,
    disableColors: true,
    log: (level: string, message: string, ...details: unknown[]) => {
      const error = details.find((detail) => detail instanceof Error);
      const more = {
        part: 'better-auth',
        ...(error && { error: error.name, reason: plainWords(error.message) }),
      };
      // Its errors are mostly those of clients: a foreign origin, a forged token. Ours come through logOwnErrors.
      if (level === 'error') logger.warn(more, plainWords(message));
      else logger.debug(more, plainWords(message));
    },
  };
}

/** A refusal is the client's to know. What else is thrown is ours; its text may repeat a row. */
function logOwnErrors(error: unknown, logger: Logger): void {
  if (error instanceof APIError && error.status !== 'INTERNAL_SERVER_ERROR') return;
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const at = stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5);
  logger.error(
    { part: 'better-auth', error: name, reason: plainWords(message), at },
    'people: request failed',
  );
}

function plainWords(message: string): string {
  return message.replace(/\S*[@/=]\S*/g, '…').slice(0, 200);
}
