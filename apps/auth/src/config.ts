import { grpcAddressVariable, loadConfig, portVariable, serviceVariables } from '@tokenroute/service-kit';
import { z } from 'zod';

/** One database, one schema for each service: the URL says which. */
const databaseUrl = z.url().refine((url) => URL.canParse(url) && new URL(url).searchParams.has('schema'), {
  params: { message: 'must name the schema: …?schema=auth' },
});

const migrateSchema = z.object({ DATABASE_URL: databaseUrl });

/** For a system on one's own machine, where nobody has to keep a secret. Refused when PUBLIC_URL is another machine's. */
const developmentSecret = 'development-only-secret-of-tokenroute';

const peopleVariables = {
  /** Where browsers find the dashboard, which serves /api/auth too: https://console.example.com */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  /** Signs session cookies, encrypts the secrets of second factors. Whoever changes it ends all of them. */
  AUTH_SECRET: z.string().refine((secret) => secret.length >= 32, {
    params: { message: 'must have at least 32 characters' },
  }),
  REDIS_URL: z.string().min(1),
  BILLING_ADDRESS: grpcAddressVariable,
  /** smtps://user:password@host:465; without it no mail is sent. */
  SMTP_URL: z.string().min(1).optional(),
  MAIL_FROM: z.string().min(3).default('tokenroute <no-reply@localhost>'),
  /** Addresses or networks of proxies whose X-Forwarded-For is believed, with commas between them. */
  TRUSTED_PROXIES: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    )
    .default([]),
  /** A session ends so long after the sign-in, whatever is done in it. */
  SESSION_LIFETIME_S: z.coerce.number().int().min(60).max(2_592_000).default(604_800),
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  /** Any other OpenID Connect provider: https://login.example.com, which has /.well-known/openid-configuration. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
};

export type PeopleConfig = z.infer<z.ZodObject<typeof peopleVariables>>;

const authSchema = migrateSchema
  .extend({
    ...serviceVariables,
    /** /healthz, /readyz, and /api/auth for the dashboard's server. */
    HTTP_PORT: portVariable,
    GRPC_PORT: portVariable,
    NATS_URL: z.string().min(1),
    ...peopleVariables,
  })
  .superRefine((config, context) => {
    const refuse = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], params: { message } });
    if (!isLoopback(config.PUBLIC_URL)) {
      if (!config.PUBLIC_URL.startsWith('https:'))
        refuse('PUBLIC_URL', 'must be https, except on this machine');
      if (config.AUTH_SECRET === developmentSecret) {
        refuse('AUTH_SECRET', 'must be a secret of your own: openssl rand -base64 48');
      }
    }
    for (const [id, secret] of credentialPairs) {
      if ((config[id] === undefined) !== (config[secret] === undefined)) {
        refuse(
          config[id] === undefined ? secret : id,
          `needs ${config[id] === undefined ? id : secret} as well`,
        );
      }
    }
    if (config.OIDC_ISSUER !== undefined && config.OIDC_CLIENT_ID === undefined) {
      refuse('OIDC_ISSUER', 'needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well');
    }
  });

const credentialPairs = [
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
] as const;

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

export type AuthConfig = z.infer<typeof authSchema>;

export function authConfig(env: NodeJS.ProcessEnv = process.env): AuthConfig {
  return loadConfig(authSchema, env);
}

/** Migrating needs the database alone. */
export function migrateConfig(env: NodeJS.ProcessEnv = process.env): z.infer<typeof migrateSchema> {
  return loadConfig(migrateSchema, env);
}
