import { chooseProviders } from '@tokenroute/local-system';
import { banner, simulationNotice } from './banner.js';

const env = {
  TOKENROUTE_BASE_URL: 'http://127.0.0.1:8080/v1',
  TOKENROUTE_API_KEY: 'sk-tr-abc',
  TOKENROUTE_ACCOUNT_ID: 'account',
};

test('the banner holds the address, the key, the logs and a curl line that could be run', () => {
  const text = banner(env, chooseProviders({}, ['openai']), '/logs', '/dev.env');
  for (const part of ['http://127.0.0.1:8080/v1', 'sk-tr-abc', '/logs', '/dev.env'])
    expect(text).toContain(part);
  expect(text).toContain(
    `curl http://127.0.0.1:8080/v1/chat/completions -H 'Authorization: Bearer sk-tr-abc' -H 'Content-Type: application/json' -d '{"model":"gpt-4o-mini"`,
  );
});

test('the mailbox is shown when there is one', () => {
  const shown = banner({ ...env, MAILBOX_URL: 'http://127.0.0.1:8025' }, [], '', '');
  expect(shown).toContain('http://127.0.0.1:8025');
  expect(banner(env, [], '', '')).not.toContain('Mailbox');
});

test('the dashboard is shown with the way in', () => {
  const dashboard = {
    DASHBOARD_URL: 'http://127.0.0.1:3000',
    DASHBOARD_EMAIL: 'd@e',
    DASHBOARD_PASSWORD: 'p q',
  };
  const shown = banner({ ...env, ...dashboard }, [], '', '');
  expect(shown).toContain('Dashboard  http://127.0.0.1:3000\n  Sign in    d@e  p q\n');
  expect(banner(env, [], '', '')).not.toContain('Dashboard');
});

test('a simulated provider is named with the variable that makes it real', () => {
  const notice = simulationNotice(chooseProviders({ OPENAI_API_KEY: 'x' }, ['openai', 'mistral'])).join('\n');
  expect(notice).toMatch(/SIMULATED: mistral\./);
  expect(notice).toMatch(/set MISTRAL_API_KEY/);
  expect(notice).toMatch(/openai is real/);
});

test('nothing is called simulated when nothing is', () => {
  const notice = simulationNotice(chooseProviders({ OPENAI_API_KEY: 'x' }, ['openai'])).join('\n');
  expect(notice).not.toMatch(/SIMULATED/);
});

test('no key of a provider is ever printed', () => {
  const providers = chooseProviders({ OPENAI_API_KEY: 'very-secret' }, ['openai']);
  expect(banner(env, providers, '', '')).not.toContain('very-secret');
});
