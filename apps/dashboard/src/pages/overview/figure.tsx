import type { ReactNode } from 'react';
import { Card } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';

interface FigureProps {
  label: string;
  /** Undefined while it is being read. */
  value: ReactNode;
  about: ReactNode;
}

export function Figure({ label, value, about }: FigureProps) {
  return (
    <Card>
      <p className="text-muted">{label}</p>
      <p className="mt-1 text-xl font-semibold tracking-tight" data-figure={label}>
        {value ?? <Skeleton className="h-8 w-24" />}
      </p>
      <p className="mt-1 text-xs text-muted">{about ?? ' '}</p>
    </Card>
  );
}
