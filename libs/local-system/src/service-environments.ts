// What a developer may say to one service alone; the services' READMEs explain each.
const peopleVariables = [
  'AUTH_SECRET',
  'PUBLIC_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'TRUSTED_PROXIES',
  'SESSION_LIFETIME_S',
  'GOOGLE_CLIENT_ID',
  'GOOGLE_CLIENT_SECRET',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
];
const paymentVariables = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_API_URL'];

type Environment = Readonly<Record<string, string | undefined>>;

/** Of people and their sign-in. Secrets among it reach the auth service and no other. */
export function choosePeopleEnvironment(environment: Environment): Record<string, string> {
  return chosen(peopleVariables, environment);
}

/** Of payments. Secrets among it reach billing and no other. */
export function choosePaymentsEnvironment(environment: Environment): Record<string, string> {
  return chosen(paymentVariables, environment);
}

function chosen(variables: string[], environment: Environment): Record<string, string> {
  return Object.fromEntries(
    variables.flatMap((variable) => {
      const value = environment[variable];
      return value ? [[variable, value]] : [];
    }),
  );
}
