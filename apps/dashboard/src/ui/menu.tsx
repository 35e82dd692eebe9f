import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import type { MenuProps } from './openable-menu.js';

const load = () => import('./openable-menu.js');
const OpenableMenu = lazy(load);

/** What opens a menu is a fifth of all code of a first visit, so it comes when somebody is about to open one. */
export function Menu(props: MenuProps) {
  const { trigger, label, triggerClass } = props;
  const [wasPressed, setWasPressed] = useState(false);
  const press = () => setWasPressed(true);
  const closed = (
    <button
      type="button"
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      className={triggerClass}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={press}
      onKeyDown={({ key }: KeyboardEvent) => key === 'ArrowDown' && press()}
    >
      {trigger}
    </button>
  );
  if (!wasPressed) return closed;
  return (
    <Suspense fallback={closed}>
      <OpenableMenu {...props} />
    </Suspense>
  );
}
