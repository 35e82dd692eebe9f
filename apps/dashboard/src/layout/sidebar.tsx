import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BookOpen } from 'lucide-react';
import { accountQuery } from '../api/queries.js';
import { Money } from '../ui/money.js';
import { Logo } from './logo.js';
import { navigation } from './navigation.js';
import { OrganisationMenu } from './organisation-menu.js';
import { PersonMenu } from './person-menu.js';
import { useOrganisation, useSession } from './use-organisation.js';

/** Where everything is, and who is there. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { may } = useOrganisation();
  const { isAdministrator } = useSession();
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto p-4">
      <div className="px-2 py-1">
        <Logo />
      </div>
      <OrganisationMenu />
      <nav aria-label="Pages" className="flex-1 space-y-4">
        {navigation.map(({ title, entries }) => (
          <NavigationGroup
            key={title}
            title={title}
            entries={entries.filter(
              ({ permission, forAdministrators }) =>
                (!permission || may(permission)) && (!forAdministrators || isAdministrator),
            )}
            onNavigate={onNavigate}
          />
        ))}
      </nav>
      <Link
        to="/docs"
        onClick={onNavigate}
        className="flex min-h-9 items-center gap-3 rounded-md px-3 text-muted hover:bg-sunken hover:text-ink"
      >
        <BookOpen size={16} aria-hidden />
        Docs
      </Link>
      {may('billing:read') && <SidebarBalance />}
      <PersonMenu />
    </div>
  );
}

interface NavigationGroupProps {
  title: string;
  entries: (typeof navigation)[number]['entries'];
  onNavigate?: () => void;
}

function NavigationGroup({ title, entries, onNavigate }: NavigationGroupProps) {
  if (entries.length === 0) return null;
  return (
    <div>
      <p className="px-3 pb-1 text-xs font-medium text-muted">{title}</p>
      <ul className="space-y-0.5">
        {entries.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              onClick={onNavigate}
              activeOptions={{ exact: to === '/dashboard', includeSearch: false }}
              className="flex min-h-9 items-center gap-3 rounded-md px-3 text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:font-medium data-[status=active]:text-ink"
            >
              <Icon size={16} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function SidebarBalance() {
  const { organisationId } = useOrganisation();
  const { data: account } = useQuery(accountQuery(organisationId));
  return (
    <Link
      to="/dashboard/billing"
      className="rounded-md border border-line px-3 py-2 hover:border-line-strong"
    >
      <span className="block text-xs text-muted">Available</span>
      {account ? (
        <Money nanoUsd={account.availableNanoUsd} className="text-sm font-medium" />
      ) : (
        <span className="text-muted">…</span>
      )}
    </Link>
  );
}
