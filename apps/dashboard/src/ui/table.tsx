import type { ComponentProps, ReactNode } from 'react';

interface TableProps {
  /** What the table is of, for those who do not see it. */
  label: string;
  head: ReactNode;
  children: ReactNode;
}

/** A quiet table: lines between rows, nothing else. Wider than the screen, it scrolls by itself. */
export function Table({ label, head, children }: TableProps) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-muted">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

const cell = 'px-3 first:pl-4 last:pr-4 sm:first:pl-6 sm:last:pr-6';

export function Th({ className = '', ...rest }: ComponentProps<'th'>) {
  return <th scope="col" className={`${cell} py-2 font-medium whitespace-nowrap ${className}`} {...rest} />;
}

export function Td({ className = '', ...rest }: ComponentProps<'td'>) {
  return <td className={`${cell} py-3 align-middle ${className}`} {...rest} />;
}

/** Rows that are yet to come. */
export function SkeletonRows({ columns, rows = 5 }: { columns: number; rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, column) => (
        <Td key={column}>
          <div className="skeleton h-4 w-full max-w-32" />
        </Td>
      ))}
    </tr>
  ));
}
