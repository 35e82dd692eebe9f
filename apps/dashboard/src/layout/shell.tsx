import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { Sidebar } from './sidebar.js';
import { SmallScreenBar } from './small-screen-bar.js';
import { useLiveAccount } from './use-live-account.js';
import { useOrganisation } from './use-organisation.js';

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
