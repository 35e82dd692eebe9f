import { Menu } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Logo } from './logo.js';

const load = () => import('./small-screen-navigation.js');
const SmallScreenNavigation = lazy(load);

/** On a small screen the sidebar is behind a button. What opens it comes when it is about to be pressed. */
export function SmallScreenBar() {
  const [wasPressed, setWasPressed] = useState(false);
  const trigger = {
    'aria-label': 'Open navigation',
    className: 'inline-flex size-10 items-center justify-center rounded-md hover:bg-sunken',
    children: <Menu size={20} aria-hidden />,
  };
  const closed = (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setWasPressed(true)}
      {...trigger}
    />
  );
  return (
    <header className="sticky top-0 z-30 flex items-center justify-between border-b border-line bg-paper px-4 py-2 lg:hidden">
      <Logo />
      {wasPressed ? (
        <Suspense fallback={closed}>
          <SmallScreenNavigation trigger={trigger} />
        </Suspense>
      ) : (
        closed
      )}
    </header>
  );
}
