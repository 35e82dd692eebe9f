import { Link } from '@tanstack/react-router';
import { Button, buttonClass } from '../ui/button.js';
import { Empty } from '../ui/page.js';

export function NotFound() {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <Empty
        title="There is no such page"
        action={
          <Link to="/dashboard" className={buttonClass('primary')}>
            To the overview
          </Link>
        }
      >
        The address may be mistyped, or the page has moved.
      </Empty>
    </main>
  );
}

export function LoadFailure({ reset }: { reset: () => void }) {
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <Empty title="This page could not be loaded" action={<Button onClick={reset}>Try again</Button>}>
        The server cannot be reached, or it is being updated. Nothing is lost.
      </Empty>
    </main>
  );
}
