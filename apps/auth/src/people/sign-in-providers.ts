import type { PeopleConfig } from '../config.js';

type ProviderConfig = Pick<
  PeopleConfig,
  | 'GOOGLE_CLIENT_ID'
  | 'GOOGLE_CLIENT_SECRET'
  | 'GITHUB_CLIENT_ID'
  | 'GITHUB_CLIENT_SECRET'
  | 'OIDC_ISSUER'
  | 'OIDC_CLIENT_ID'
  | 'OIDC_CLIENT_SECRET'
>;

/** The providers that are configured, in better-auth's terms. Each is asked for the least: who it is, and the e-mail address. */
export function socialProviders(config: ProviderConfig) {
  return {
    ...(config.GOOGLE_CLIENT_ID !== undefined && {
      google: {
        clientId: config.GOOGLE_CLIENT_ID,
        clientSecret: config.GOOGLE_CLIENT_SECRET!,
        requireEmailVerification: true,
      },
    }),
    ...(config.GITHUB_CLIENT_ID !== undefined && {
      github: {
        clientId: config.GITHUB_CLIENT_ID,
        clientSecret: config.GITHUB_CLIENT_SECRET!,
        requireEmailVerification: true,
      },
    }),
  };
}

/** Found through its discovery document; the ID token's signature, audience, issuer and nonce are checked. */
export function openIdProviders(config: ProviderConfig) {
  if (config.OIDC_ISSUER === undefined) return [];
  return [
    {
      providerId: 'oidc',
      discoveryUrl: `${config.OIDC_ISSUER.replace(/\/+$/, '')}/.well-known/openid-configuration`,
      clientId: config.OIDC_CLIENT_ID!,
      clientSecret: config.OIDC_CLIENT_SECRET!,
      scopes: ['openid', 'email', 'profile'],
      pkce: true,
      requireEmailVerification: true,
    },
  ];
}
