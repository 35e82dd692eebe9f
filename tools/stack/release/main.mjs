/**
 * `npm run changelog -- VERSION` makes a section of the changelog of the notes in changes/; `npm run release -- VERSION` does all that
 * a release changes in the repository. With `--preview` either only shows the section.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../setup/steps.mjs';
import { withRelease } from './change-notes.mjs';
import {
  guideWithVersion,
  lockWithVersion,
  valuesWithVersion,
  versionProblem,
  withVersion,
} from './versions.mjs';

const pathOf = (file) => join(repository, file);
const read = (file) => readFileSync(pathOf(file), 'utf8');
const list = (folder) => (existsSync(pathOf(folder)) ? readdirSync(pathOf(folder)).sort() : []);
const notes = () => list('changes').map((name) => ({ name, text: read(`changes/${name}`) }));
const services = ['auth', 'billing'];

/** All files that a release changes, each with what it will be. Nothing is written before all of it is known. */
function releaseFiles(version) {
  const problem = versionProblem(version, JSON.parse(read('package.json')).version);
  if (problem !== undefined) throw new Error(`${version} ${problem}`);
  if (!read('docs/upgrades.md').includes(`\n**${version}**`)) {
    throw new Error(
      `docs/upgrades.md does not say what ${version} needs: a paragraph that begins **${version}**`,
    );
  }
  const folders = ['apps', 'libs', 'tools'].flatMap((group) => list(group).map((name) => `${group}/${name}`));
  const projects = ['.', ...folders, 'acceptance/clients'];
  const having = (name) =>
    projects.map((folder) => join(folder, name)).filter((file) => existsSync(pathOf(file)));
  const change = (file, to) => [file, to(read(file), version)];
  return new Map([
    ...having('package.json').map((file) => change(file, withVersion)),
    ...having('package-lock.json').map((file) => change(file, lockWithVersion)),
    change('k8s/overlays/production/values/values.env', valuesWithVersion),
    change('k8s/README.md', guideWithVersion),
    ...services.map((service) => lastMigration(`apps/${service}/prisma`)),
  ]);
}

/** From here on this release is the previous one. */
function lastMigration(folder) {
  const last = list(`${folder}/migrations`)
    .filter((name) => /^\d/.test(name))
    .at(-1);
  return [`${folder}/previous-release.json`, `{ "lastMigration": "${last}" }\n`];
}

function run() {
  const options = { preview: { type: 'boolean', default: false } };
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const [command, version, ...more] = positionals;
  if (!['changelog', 'release'].includes(command) || version === undefined || more.length > 0) {
    throw new Error(
      'which version? npm run changelog -- VERSION [--preview], npm run release -- VERSION [--preview]',
    );
  }
  const problem = versionProblem(version, '0.0.0');
  if (problem !== undefined) throw new Error(`${version} ${problem}`);
  const changelog = read('CHANGELOG.md');
  if (changelog.includes(`\n## [${version}]`)) throw new Error(`CHANGELOG.md has ${version} already`);
  const date = new Date().toISOString().slice(0, 10);
  const next = withRelease(changelog, notes(), { version, date });
  if (values.preview) return void process.stdout.write(next.section);
  const files = command === 'release' ? releaseFiles(version) : new Map();
  files.set('CHANGELOG.md', next.changelog);
  for (const [file, text] of files) writeFileSync(pathOf(file), text);
  rmSync(pathOf('changes'), { recursive: true, force: true });
  console.log(
    `CHANGELOG.md has ${version}${command === 'release' ? ', and so has everything else. Left by hand:' : '.'}`,
  );
  if (command === 'release') console.log(byHand(version));
}

const byHand = (version) => `  - what apps/{auth,billing}/src/upgrade.spec.ts say of the previous version
  - npm run check, a commit, the tag v${version}, the images`;

try {
  run();
} catch (error) {
  console.error(`✘ ${error.message}`);
  process.exitCode = 1;
}
