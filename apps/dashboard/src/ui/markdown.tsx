import { Fragment, type ReactNode } from 'react';
import { type Block, type Inline, plainText } from '../figures/parse-markdown.js';
import { Code } from './code.js';

interface MarkdownProps {
  blocks: Block[];
  /** A link to another document, or none when it leads nowhere here. */
  toLink: (href: string, content: ReactNode) => ReactNode;
}

/** A document of ours. Every text becomes text: no markup in it is ever run. */
export function Markdown({ blocks, toLink }: MarkdownProps) {
  const inline = (content: Inline[]): ReactNode =>
    content.map((each, index) => <Fragment key={index}>{inlineNode(each, inline, toLink)}</Fragment>);
  return (
    <div className="space-y-4 leading-6">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} inline={inline} />
      ))}
    </div>
  );
}

function inlineNode(
  each: Inline,
  inline: (content: Inline[]) => ReactNode,
  toLink: MarkdownProps['toLink'],
): ReactNode {
  switch (each.kind) {
    case 'text':
      return each.text;
    case 'code':
      return (
        <code className="rounded-sm bg-sunken px-1 py-0.5 font-mono text-xs break-words">{each.text}</code>
      );
    case 'strong':
      return <strong className="font-semibold">{inline(each.content)}</strong>;
    case 'link':
      return toLink(each.href, inline(each.content));
  }
}

function BlockView({ block, inline }: { block: Block; inline: (content: Inline[]) => ReactNode }) {
  switch (block.kind) {
    case 'heading': {
      const Heading = block.level <= 2 ? 'h2' : 'h3';
      return (
        <Heading id={block.id} className={`scroll-mt-8 pt-4 ${block.level <= 2 ? 'text-lg' : 'text-base'}`}>
          {inline(block.content)}
        </Heading>
      );
    }
    case 'paragraph':
      return <p className="max-w-prose">{inline(block.content)}</p>;
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List className={`max-w-prose space-y-2 pl-5 ${block.ordered ? 'list-decimal' : 'list-disc'}`}>
          {block.items.map((item, index) => (
            <li key={index}>{inline(item)}</li>
          ))}
        </List>
      );
    }
    case 'table':
      return <TableView head={block.head} rows={block.rows} inline={inline} />;
    case 'code':
      return <Code label={`${block.language || 'code'} example`} text={block.text} />;
  }
}

interface TableViewProps {
  head: Inline[][];
  rows: Inline[][][];
  inline: (content: Inline[]) => ReactNode;
}

function TableView({ head, rows, inline }: TableViewProps) {
  return (
    <div
      className="relative overflow-x-auto rounded-md border border-line bg-surface"
      tabIndex={0}
      role="region"
      aria-label={head.map(plainText).join(', ')}
    >
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">
            {head.map((cell, index) => (
              <th key={index} scope="col" className="px-3 py-2 font-medium">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className="min-w-24 px-3 py-2 align-top">
                  {inline(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
