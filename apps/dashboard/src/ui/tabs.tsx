import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps {
  tabs: readonly { value: string; label: string; content: ReactNode }[];
  label: string;
}

export function Tabs({ tabs, label }: TabsProps) {
  return (
    <Base.Root defaultValue={tabs[0]?.value}>
      <Base.List aria-label={label} className="mb-2 flex gap-1">
        {tabs.map(({ value, label }) => (
          <Base.Tab
            key={value}
            value={value}
            className="min-h-8 rounded-md px-3 text-sm text-muted hover:text-ink data-active:bg-sunken data-active:font-medium data-active:text-ink"
          >
            {label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ value, content }) => (
        <Base.Panel key={value} value={value}>
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
