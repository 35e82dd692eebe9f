// Asks the registry for known holes in what images may contain: npm run audit. High and critical ones fail; a registry that
// cannot be asked does not, and is told. With a file's name it reads npm's answer from there instead.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const timeoutMs = 60_000;
const [file] = process.argv.slice(2);

function ask() {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  return stdout;
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const report = parsed(file === undefined ? ask() : readFileSync(file, 'utf8'));
if (report.auditReportVersion === undefined || report.vulnerabilities === undefined) {
  console.log('The registry cannot be asked for known holes here: nothing was checked.');
} else {
  const serious = Object.values(report.vulnerabilities).filter(({ severity }) =>
    ['high', 'critical'].includes(severity),
  );
  for (const { name, severity, via } of serious) {
    const titles = via.flatMap((hole) => (typeof hole === 'string' ? [] : [`${hole.title} ${hole.url}`]));
    console.log(`✘ ${name}: ${severity}${titles.map((title) => `\n    ${title}`).join('')}`);
  }
  if (serious.length === 0) console.log('No high or critical hole is known in what images may contain.');
  process.exitCode = serious.length === 0 ? 0 : 1;
}
