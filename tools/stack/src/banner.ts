import type { ProviderChoice } from '@tokenroute/local-system';
import type { DevEnv } from './dev-env.js';

/** What a person needs to know once the system answers. */
export function banner(
  env: DevEnv,
  providers: readonly ProviderChoice[],
  logs: string,
  devEnvFile: string,
): string {
  const baseUrl = env.TOKENROUTE_BASE_URL!;
  const key = env.TOKENROUTE_API_KEY!;
  return [
    '',
    'tokenroute is ready',
    '',
    ...dashboardLines(env),
    `  Base URL   ${baseUrl}`,
    `  API key    ${key}`,
    `  Account    ${env.TOKENROUTE_ACCOUNT_ID}`,
    ...(env.MAILBOX_URL === undefined
      ? []
      : [`  Mailbox    ${env.MAILBOX_URL} (mail of this system; none is delivered)`]),
    `  Logs       ${logs}`,
    `  All of it  ${devEnvFile}`,
    '',
    ...simulationNotice(providers),
    'Try it:',
    '',
    curlLine(baseUrl, key),
    '',
  ].join('\n');
}

function dashboardLines({ DASHBOARD_URL, DASHBOARD_EMAIL, DASHBOARD_PASSWORD }: DevEnv): string[] {
  if (DASHBOARD_URL === undefined) return [];
  const signIn =
    DASHBOARD_EMAIL === undefined ? [] : [`  Sign in    ${DASHBOARD_EMAIL}  ${DASHBOARD_PASSWORD}`];
  return [`  Dashboard  ${DASHBOARD_URL}`, ...signIn];
}

export function curlLine(baseUrl: string, key: string): string {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello' }] };
  return [
    `curl ${baseUrl}/chat/completions`,
    `-H 'Authorization: Bearer ${key}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${JSON.stringify(body)}'`,
  ].join(' ');
}

/** Nobody may take a simulator's answer for a provider's, so this is hard to overlook. */
export function simulationNotice(providers: readonly ProviderChoice[]): string[] {
  const real = providers.filter(({ simulated }) => !simulated);
  const simulated = providers.filter(({ simulated }) => simulated);
  const lines = real.map(
    ({ name, baseUrl }) => `  ${name} is real${baseUrl === undefined ? '' : ` (${baseUrl})`}`,
  );
  if (simulated.length === 0) return [...lines, ''];
  const variables = simulated.map(({ keyVariable }) => keyVariable).join(', ');
  return [
    ...lines,
    '  ************************************************************************',
    `  SIMULATED: ${simulated.map(({ name }) => name).join(', ')}. Answers are made up, no model is asked.`,
    `  For real ones set ${variables} and start again.`,
    '  ************************************************************************',
    '',
  ];
}
