/**
 * Change notes: a file of changes/ for each thing that a user can notice, so that two branches never write at the same place. A
 * release makes a section of the changelog of them.
 */

/** What a note's name may end in, in the changelog's order. */
const kinds = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];
const noteName = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*\\.(${kinds.join('|')})\\.md$`);

/**
 * @param {string} name of the file
 * @param {string} text what is in it
 * @returns {string | undefined} what is wrong with it
 */
export function noteProblem(name, text) {
  if (!noteName.test(name)) return `is not called words-with-dashes.KIND.md, KIND one of ${kinds.join(', ')}`;
  const lines = text.trim();
  if (lines === '') return 'says nothing';
  if (/^([-*#>]|\d+\.) /.test(lines)) return 'begins like a list or a heading: the changelog adds the dash';
  if (/\n\s*\n/.test(lines)) return 'has more than one paragraph';
  if (!/[.)`]$/.test(lines)) return 'does not end like a sentence';
  return undefined;
}

/**
 * The changelog with what is unreleased, and the notes, as the section of a version.
 *
 * @param {string} changelog
 * @param {{ name: string, text: string }[]} notes
 * @param {{ version: string, date: string }} release date as 2026-11-28
 * @returns {{ changelog: string, section: string }}
 */
export function withRelease(changelog, notes, { version, date }) {
  const [, head, body, rest] = /^(.*?\n## \[Unreleased\]\n)(.*?)(\n## \[.*)?$/s.exec(changelog) ?? [];
  if (head === undefined) throw new Error('CHANGELOG.md has no section [Unreleased]');
  const entries = entriesOf(body);
  for (const { name, text } of sorted(notes)) {
    const problem = noteProblem(name, text);
    if (problem !== undefined) throw new Error(`changes/${name} ${problem}`);
    entries.get(/** @type {string} */ (name.split('.')[1])).push(asItem(text));
  }
  const parts = [...entries].filter(([, items]) => items.length > 0);
  if (parts.length === 0)
    throw new Error('nothing has changed: no note in changes/, nothing under [Unreleased]');
  const written = parts.map(([kind, items]) => `### ${titleOf(kind)}\n\n${items.join('\n')}\n`).join('\n');
  const section = `## [${version}] - ${date}\n\n${written}`;
  return { section, changelog: `${head}\n${section}${rest ?? ''}` };
}

/** What is unreleased already, by kind. */
function entriesOf(body) {
  const entries = new Map(kinds.map((kind) => [kind, /** @type {string[]} */ ([])]));
  const [before, ...parts] = `\n${body}`.split(/\n### /);
  if (before.trim() !== '') throw new Error('CHANGELOG.md has text before the first heading of [Unreleased]');
  for (const part of parts) {
    const [title = '', ...lines] = part.split('\n');
    const items = entries.get(title.trim().toLowerCase());
    if (items === undefined) throw new Error(`CHANGELOG.md has a heading ${title} that no kind of note has`);
    const text = lines.join('\n').trim();
    if (text !== '') items.push(text);
  }
  return entries;
}

const titleOf = (kind) => kind[0].toUpperCase() + kind.slice(1);
const sorted = (notes) => [...notes].sort((one, other) => (one.name < other.name ? -1 : 1));
const asItem = (text) => `- ${text.trim().replace(/\n\s*/g, '\n  ')}`;
