import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { MenuItemContext, type MenuItemProps } from './menu-item.js';

export interface MenuProps {
  trigger: ReactNode;
  /** Of the trigger, when it shows none. */
  label?: string;
  triggerClass: string;
  children: ReactNode;
}

/** Open at first: it is there because its button was pressed. */
export default function OpenableMenu({ trigger, label, triggerClass, children }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger aria-label={label} className={triggerClass}>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        {/* Fixed, like the sidebar's buttons: a page that scrolls must not move an item away under a click. */}
        <Base.Positioner positionMethod="fixed" sideOffset={4} align="end" className="z-50">
          <Base.Popup className="appear min-w-48 rounded-md border border-line bg-surface p-1 text-sm text-ink shadow-lg outline-none">
            <MenuItemContext value={OpenableItem}>{children}</MenuItemContext>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function OpenableItem({ onSelect, isDangerous, children }: MenuItemProps) {
  return (
    <Base.Item
      onClick={onSelect}
      className={`flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-3 py-1.5 outline-none data-highlighted:bg-sunken ${isDangerous ? 'text-danger' : ''}`}
    >
      {children}
    </Base.Item>
  );
}
