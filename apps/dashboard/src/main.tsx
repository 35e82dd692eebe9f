import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.js';
import { createAppRouter, loadPageAt } from './router.js';
import './styles.css';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: leaveAtEndOfSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused is refused again; what was not reached may be there now.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
    mutations: { onError: leaveAtEndOfSession },
  },
});
const router = createAppRouter(queries);
// Beside the session, for which the router waits before it looks for the page.
loadPageAt(router, window.location.pathname);

// Of our own API and of auth; a wrong password is a 401 too, and has another code.
const nobodyIsSignedIn = ['authentication', 'UNAUTHORIZED'];

/**
 * A session that ended while a page was open: to the sign-in, and afterwards back to the same page. The page is loaded anew,
 * so that nothing of what was shown stays behind.
 */
function leaveAtEndOfSession(error: unknown): void {
  if (!(error instanceof ApiError) || !nobodyIsSignedIn.includes(error.code)) return;
  const { pathname, search } = window.location;
  if (pathname.startsWith('/dashboard')) {
    window.location.assign(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
  }
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
