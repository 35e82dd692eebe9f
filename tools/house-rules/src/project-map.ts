import type { Project } from './workspace.js';

/**
 * The map of the projects as ARCHITECTURE.md draws it: the code block that follows the heading "Who uses whom", one
 * project a line: `folder  [type scope]  uses, uses`.
 * @throws Error when the document has no such block, or a line of it cannot be read.
 */
export function readProjectMap(markdown: string): Project[] {
  const block = /## Who uses whom\n[\s\S]*?```text\n([\s\S]*?)```/.exec(markdown)?.[1];
  if (block === undefined) throw new Error('There is no map under the heading "Who uses whom".');
  return block.trim().split('\n').map(readLine);
}

function readLine(line: string): Project {
  const match = /^(\S+) +\[(\S+) (\S+)\] *(.*)$/.exec(line);
  if (!match) throw new Error(`Not a line of the map: ${line}`);
  const [, folder = '', type, scope, uses = ''] = match;
  return {
    folder,
    tags: [`type:${type}`, `scope:${scope}`],
    uses: uses.split(/[ ,]+/).filter(Boolean).sort(),
  };
}

/** A project as a line of the map, its uses by their folders' last names. */
export function toMapLine(project: Project): Project {
  return { ...project, uses: project.uses.map((folder) => folder.slice(folder.indexOf('/') + 1)).sort() };
}
