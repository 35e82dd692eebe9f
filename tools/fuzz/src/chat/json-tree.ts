/** JSON text that no value of JavaScript stands for: `1e999`, `NaN`, half an escape. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** An object whose keys may repeat, in order. */
export class Members {
  constructor(readonly entries: [key: string, value: JsonTree][]) {}
}

export type JsonTree = RawJson | Members | JsonTree[] | string | number | boolean | null;

/** @param value what JSON can say */
export function toTree(value: unknown): JsonTree {
  if (Array.isArray(value)) return value.map(toTree);
  if (typeof value === 'object' && value !== null) {
    return new Members(Object.entries(value).map(([key, member]) => [key, toTree(member)]));
  }
  return value as JsonTree;
}

export function toText(tree: JsonTree): string {
  if (tree instanceof RawJson) return tree.text;
  if (Array.isArray(tree)) return `[${tree.map(toText).join(',')}]`;
  if (tree instanceof Members) {
    return `{${tree.entries.map(([key, value]) => `${toKey(key)}:${toText(value)}`).join(',')}}`;
  }
  return JSON.stringify(tree);
}

export function copyOf(tree: JsonTree): JsonTree {
  if (Array.isArray(tree)) return tree.map(copyOf);
  if (tree instanceof Members) return new Members(tree.entries.map(([key, value]) => [key, copyOf(value)]));
  return tree;
}

/** A place in a tree whose value can be replaced or taken away. */
export interface Place {
  path: string;
  value: JsonTree;
  replace(value: JsonTree): void;
  remove(): void;
  /** Once more beside itself: an object's key twice, an array's item twice. */
  repeat(value: JsonTree): void;
}

/** Every place below the tree. */
export function placesIn(tree: JsonTree, path = ''): Place[] {
  if (Array.isArray(tree)) {
    return tree.flatMap((value, index) => [
      {
        path: `${path}[${index}]`,
        value,
        replace: (other: JsonTree) => void (tree[index] = other),
        remove: () => void tree.splice(index, 1),
        repeat: (other: JsonTree) => void tree.splice(index, 0, other),
      },
      ...placesIn(value, `${path}[${index}]`),
    ]);
  }
  if (!(tree instanceof Members)) return [];
  return tree.entries.flatMap((entry, index) => [
    {
      path: `${path}.${entry[0]}`,
      value: entry[1],
      replace: (other: JsonTree) => void (entry[1] = other),
      remove: () => void tree.entries.splice(index, 1),
      repeat: (other: JsonTree) => void tree.entries.splice(index, 0, [entry[0], other]),
    },
    ...placesIn(entry[1], `${path}.${entry[0]}`),
  ]);
}

/** A key may be text that is no string of ours: then it stands in the text as it is. */
function toKey(key: string): string {
  return key.startsWith('"') ? key : JSON.stringify(key);
}
