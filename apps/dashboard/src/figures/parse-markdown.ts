export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong'; content: Inline[] }
  | { kind: 'link'; href: string; content: Inline[] };

export type Block =
  | { kind: 'heading'; level: number; id: string; content: Inline[] }
  | { kind: 'paragraph'; content: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'code'; language: string; text: string };

/** The Markdown that our own documents use, as blocks; nothing in it becomes markup by itself. */
export function parseMarkdown(markdown: string): Block[] {
  const lines = markdown.replaceAll(/<!--[\s\S]*?-->/g, '').split('\n');
  const blocks: Block[] = [];
  while (lines.length > 0) {
    if (lines[0]!.trim() === '') lines.shift();
    else blocks.push(readBlock(lines));
  }
  return blocks;
}

/** Takes the lines of one block off the front: at least one. */
function readBlock(lines: string[]): Block {
  const line = lines[0]!;
  if (line.startsWith('```')) return readCode(lines);
  const heading = /^(#{1,6}) +(.*)$/.exec(line);
  if (heading) {
    lines.shift();
    const [, marks = '', text = ''] = heading;
    return { kind: 'heading', level: marks.length, id: slugOf(text), content: parseInline(text) };
  }
  if (line.startsWith('|')) return readTable(lines);
  if (itemStart.test(line)) return readList(lines);
  return { kind: 'paragraph', content: parseInline(takeWhile(lines, isParagraphLine).join(' ')) };
}

const itemStart = /^(?:[-*]|\d+\.) +/;

function isParagraphLine(line: string): boolean {
  return line.trim() !== '' && !/^(```|#{1,6} |\|)/.test(line) && !itemStart.test(line);
}

function readCode(lines: string[]): Block {
  const language = lines.shift()!.slice(3).trim();
  const end = lines.findIndex((line) => line.startsWith('```'));
  const text = lines.splice(0, end < 0 ? lines.length : end).join('\n');
  lines.shift();
  return { kind: 'code', language, text };
}

function readTable(lines: string[]): Block {
  const [head = [], , ...rows] = takeWhile(lines, (line) => line.startsWith('|')).map(cellsOf);
  return { kind: 'table', head: head.map(parseInline), rows: rows.map((row) => row.map(parseInline)) };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** An item goes on in the lines below it, indented or not, up to an empty one. */
function readList(lines: string[]): Block {
  const ordered = /^\d/.test(lines[0]!);
  const items: string[] = [];
  for (const line of takeWhile(lines, (each) => itemStart.test(each) || isParagraphLine(each))) {
    if (itemStart.test(line)) items.push(line.replace(itemStart, ''));
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  return { kind: 'list', ordered, items: items.map(parseInline) };
}

function takeWhile(lines: string[], goesOn: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !goesOn(line));
  return lines.splice(0, end < 0 ? lines.length : Math.max(end, 1));
}

const inlinePattern = /`([^`]+)`|\*\*(.+?)\*\*|\[([^\]]+)\]\(([^)\s]+)\)|(?<![\w])_([^_]+)_(?![\w])/;

export function parseInline(text: string): Inline[] {
  const match = inlinePattern.exec(text);
  if (!match) return text === '' ? [] : [{ kind: 'text', text }];
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [
    ...(before === '' ? [] : [{ kind: 'text' as const, text: before }]),
    inlineOf(match),
    ...parseInline(after),
  ];
}

function inlineOf([, code, strong, label, href, emphasis]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (label !== undefined) return { kind: 'link', href: href ?? '', content: parseInline(label) };
  return { kind: 'strong', content: parseInline(strong ?? emphasis ?? '') };
}

/** As GitHub makes the anchor of a heading. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

export function plainText(content: readonly Inline[]): string {
  return content.map((each) => ('content' in each ? plainText(each.content) : each.text)).join('');
}
