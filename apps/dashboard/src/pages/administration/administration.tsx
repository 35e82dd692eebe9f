import { Link, Outlet } from '@tanstack/react-router';
import { Page } from '../../ui/page.js';

const parts = [
  { to: '/dashboard/administration', label: 'Accounts' },
  { to: '/dashboard/administration/models', label: 'Models and prices' },
  { to: '/dashboard/administration/books', label: 'Books' },
] as const;

/** For administrators alone; for everybody else the server knows no such area. */
export function Administration() {
  return (
    <Page
      title="Administration"
      about="Every account, what is sold at which price, and the books as a whole."
    >
      <nav aria-label="Administration" className="flex flex-wrap gap-1">
        {parts.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/dashboard/administration', includeSearch: false }}
            className="inline-flex min-h-9 items-center rounded-md px-3 text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
