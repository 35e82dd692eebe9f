import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import yaml from 'yaml';
import { promtoolPath } from './config.js';
import { repositoryPath } from './repository.js';

interface Rule {
  alert?: string;
  expr: string;
  annotations: { runbook_url: string };
}
interface AlertTest {
  alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
}

const rulesFile = repositoryPath('deploy/prometheus/rules/tokenroute.yaml');
const testsFile = repositoryPath('deploy/prometheus/tests/tokenroute.yaml');
const read = <T>(file: string) => yaml.parse(readFileSync(file, 'utf8')) as T;
const alerts = read<{ groups: { rules: Rule[] }[] }>(rulesFile)
  .groups.flatMap(({ rules }) => rules)
  .filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);
const cases = read<{ tests: AlertTest[] }>(testsFile).tests.flatMap(({ alert_rule_test }) => alert_rule_test);
const runbook = readFileSync(repositoryPath('docs/runbook.md'), 'utf8');

test('every rule is well formed', () => {
  expect(execFileSync(promtoolPath(), ['check', 'rules', rulesFile], { encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});

test('every alert does on its series what is expected of it', () => {
  expect(execFileSync(promtoolPath(), ['test', 'rules', testsFile], { encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});

test.each(alerts.map(({ alert }) => alert))(
  '%s has a series that fires it and one that does not',
  (alert) => {
    const its = cases.filter(({ alertname }) => alertname === alert);
    expect(its.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    expect(its.some(({ exp_alerts }) => exp_alerts.length === 0)).toBe(true);
  },
);

test.each(alerts)('$alert has a page in the runbook, to which it leads', ({ alert, annotations }) => {
  expect(runbook).toContain(`\n## ${alert}\n`);
  expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
});

test('the runbook tells of no alert that is not there', () => {
  const pages = [...runbook.matchAll(/^## (\S+)$/gm)].map(([, title]) => title);
  expect(pages.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});
