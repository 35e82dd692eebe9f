// What the images hold: node deploy/image-contents.mjs FOLDER [IMAGE...] puts a folder for each image, or for those that are
// named, into FOLDER, with the files that its program loads, at the places where they are in the repository. Needs `npm ci`
// and `npm run build`.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFileTrace } from '@vercel/nft';

const repository = fileURLToPath(new URL('../', import.meta.url));
const tools = ['tools/provider-simulator', 'tools/tokenroute-cli'];

/** Folders of the projects that have an image: every app that runs as a service, and two tools. */
const projects = [
  ...readdirSync(join(repository, 'apps'))
    .map((name) => join('apps', name))
    .filter((folder) => existsSync(join(repository, folder, 'dist', 'main.js'))),
  ...tools,
];

/** Read at run time by path, where no import tells of them. */
const readByPath = ['bin', 'dist/built-pages', 'prisma/migrations', 'prisma/service-role.sql'];

/** Of our own code: what a stack trace is read with. */
const sourceMap = (file) => `${file}.map`;

const [target, ...chosen] = process.argv.slice(2);
if (target === undefined) throw new Error('usage: node deploy/image-contents.mjs FOLDER [IMAGE...]');
// One cache for all: they share most of what they load.
const cache = {};
for (const project of projects) {
  if (chosen.length > 0 && !chosen.includes(basename(project))) continue;
  const folder = join(resolve(target), basename(project));
  const files = await contentsOf(project);
  for (const file of files) place(file, folder);
  console.log(`${basename(project)}: ${files.size} files, ${(sizeOf(files) / 1e6).toFixed(1)} MB`);
}

async function contentsOf(project) {
  const entries = ['dist/main.js', 'dist/migrate.js', 'bin/tokenroute.mjs']
    .map((entry) => join(repository, project, entry))
    .filter(existsSync);
  // Its warnings are not shown: they name the optional peers that frameworks try to load and do without.
  const { fileList } = await nodeFileTrace(entries, { base: repository, exportsOnly: true, cache });
  const maps = [...fileList].map(sourceMap).filter((file) => !file.includes('node_modules') && isThere(file));
  const extras = readByPath.map((path) => join(project, path)).filter(isThere);
  return new Set([...fileList, ...maps, ...extras.flatMap(filesBelow)].sort());
}

function isThere(file) {
  return existsSync(join(repository, file));
}

function filesBelow(folder) {
  if (statSync(join(repository, folder)).isFile()) return [folder];
  return readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repository, join(entry.parentPath, entry.name)));
}

function place(file, folder) {
  const [from, to] = [join(repository, file), join(folder, file)];
  mkdirSync(dirname(to), { recursive: true });
  // A workspace's link from node_modules to its folder.
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else cpSync(from, to);
}

function sizeOf(files) {
  return [...files].reduce((sum, file) => sum + lstatSync(join(repository, file)).size, 0);
}
