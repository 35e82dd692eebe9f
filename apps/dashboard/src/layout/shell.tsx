import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { BookOpen, Menu, X } from 'lucide-react';
import { Suspense, useState } from 'react';
import { accountQuery } from '../api/queries.js';
import { Money } from '../ui/money.js';
import { Logo } from './logo.js';
import { navigation } from './navigation.js';
import { OrganisationMenu } from './organisation-menu.js';
import { PersonMenu } from './person-menu.js';
import { useLiveAccount } from './use-live-account.js';
import { useOrganisation, useSession } from './use-organisation.js';

/** What is around every page of the dashboard. */
export function Shell() {
  const organisation = useOrganisation();
  useLiveAccount(organisation.organisationId);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_1fr]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-ink focus:px-4 focus:py-2 focus:text-paper"
      >
        Skip to the page
      </a>
      <SmallScreenBar />
      <aside className="sticky top-0 hidden h-dvh border-r border-line lg:block">
        <Sidebar />
      </aside>
      <main id="page" tabIndex={-1} className="min-w-0 outline-none">
        <Suspense>
          {/* Another organisation is another page: nothing typed or opened is carried over. */}
          <Outlet key={organisation.organisationId} />
        </Suspense>
      </main>
    </div>
  );
}

function SmallScreenBar() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex items-center justify-between border-b border-line bg-paper px-4 py-2 lg:hidden">
      <Logo />
      <Dialog.Root open={isOpen} onOpenChange={setIsOpen}>
        <Dialog.Trigger
          aria-label="Open navigation"
          className="inline-flex size-10 items-center justify-center rounded-md hover:bg-sunken"
        >
          <Menu size={20} aria-hidden />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#0009]" />
          <Dialog.Popup className="fixed inset-y-0 left-0 z-50 w-64 border-r border-line bg-paper text-sm text-ink">
            <Dialog.Title className="sr-only">Navigation</Dialog.Title>
            <Dialog.Close
              aria-label="Close navigation"
              className="absolute top-3 right-3 inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken"
            >
              <X size={16} aria-hidden />
            </Dialog.Close>
            <Sidebar onNavigate={() => setIsOpen(false)} />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </header>
  );
}

function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
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
