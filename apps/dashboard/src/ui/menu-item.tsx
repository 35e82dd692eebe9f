import { type ComponentType, createContext, type ReactNode, useContext } from 'react';

export interface MenuItemProps {
  onSelect: () => void;
  isDangerous?: boolean;
  children: ReactNode;
}

/** What items are inside of a menu that opens. */
export const MenuItemContext = createContext<ComponentType<MenuItemProps> | null>(null);

export function MenuItem(props: MenuItemProps) {
  const Item = useContext(MenuItemContext);
  return Item && <Item {...props} />;
}
