import type { QueryClient } from '@tanstack/react-query';
import {
  type AsyncRouteComponent,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { currentSessionQuery } from './api/queries.js';
import type { RequestsChoice } from './api/usage-queries.js';
import { ownPath } from './figures/own-path.js';
import type { RangeChoice } from './figures/time-range.js';
import { LoadFailure, NotFound } from './layout/failure.js';
import { Shell } from './layout/shell.js';
import type { AccountsSearch } from './pages/administration/accounts.js';
import type { UsageSearch } from './pages/usage/usage.js';

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/dashboard' });
  },
});

// --- For those who are not signed in ---

const signInModule = () => import('./pages/sign-in/sign-in.js');

interface SignInSearch {
  /** Where to go afterwards. */
  next?: string;
  error?: string;
  verified?: string;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): SignInSearch => ({
    next: textOf(search['next']),
    error: textOf(search['error']),
    verified: textOf(search['verified']),
  }),
  beforeLoad: async ({ context, search }) => {
    const { session } = await context.queries.ensureQueryData(currentSessionQuery);
    if (session) throw redirect({ href: ownPath(search.next) });
  },
  component: lazyRouteComponent(signInModule, 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-up.js'), 'SignUp'),
});

const twoFactor = createRoute({
  getParentRoute: () => root,
  path: '/two-factor',
  validateSearch: (search): { next?: string } => ({ next: textOf(search['next']) }),
  component: lazyRouteComponent(() => import('./pages/sign-in/two-factor.js'), 'TwoFactor'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./pages/sign-in/forgot-password.js'), 'ForgotPassword'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  validateSearch: (search): { token?: string } => ({ token: textOf(search['token']) }),
  component: lazyRouteComponent(() => import('./pages/sign-in/reset-password.js'), 'ResetPassword'),
});

// --- For those who are ---

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const { session } = await context.queries.ensureQueryData(currentSessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { next: location.href } });
  },
  component: Shell,
});

const invitation = createRoute({
  getParentRoute: () => shell,
  path: '/invitations/$invitationId',
  component: lazyRouteComponent(() => import('./pages/sign-in/invitation.js'), 'Invitation'),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard',
  validateSearch: rangeOf,
  component: lazyRouteComponent(() => import('./pages/overview/overview.js'), 'Overview'),
});

const keys = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/keys',
  validateSearch: (search): { create?: boolean } => (search['create'] ? { create: true } : {}),
  component: lazyRouteComponent(() => import('./pages/keys/keys.js'), 'Keys'),
});

interface ModelsSearch {
  text?: string;
  provider?: string;
  capability?: string;
  sort?: string;
}

const models = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/models',
  validateSearch: (search): ModelsSearch => ({
    text: textOf(search['text']),
    provider: textOf(search['provider']),
    capability: textOf(search['capability']),
    sort: textOf(search['sort']),
  }),
  component: lazyRouteComponent(() => import('./pages/models/models.js'), 'Models'),
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/requests',
  validateSearch: (search): RequestsChoice & { request?: string | undefined } => ({
    keyId: textOf(search['keyId']),
    model: textOf(search['model']),
    // The server refuses what is none.
    state: textOf(search['state']) as RequestsChoice['state'],
    result: textOf(search['result']) as RequestsChoice['result'],
    request: textOf(search['request']),
  }),
  component: lazyRouteComponent(() => import('./pages/requests/requests.js'), 'Requests'),
});

const usage = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/usage',
  validateSearch: (search): UsageSearch => ({
    ...rangeOf(search),
    group: textOf(search['group']),
    keyId: textOf(search['keyId']),
    model: textOf(search['model']),
  }),
  component: lazyRouteComponent(() => import('./pages/usage/usage.js'), 'Usage'),
});

const billing = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/billing',
  validateSearch: (search): { payment?: string } => ({ payment: textOf(search['payment']) }),
  component: lazyRouteComponent(() => import('./pages/billing/billing.js'), 'Billing'),
});

const playground = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/playground',
  component: lazyRouteComponent(() => import('./pages/playground/playground.js'), 'Playground'),
});

const organisation = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/organisation',
  component: lazyRouteComponent(() => import('./pages/organisation/organisation.js'), 'Organisation'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/account',
  component: lazyRouteComponent(() => import('./pages/account/account.js'), 'Account'),
});

const administration = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard/administration',
  component: lazyRouteComponent(() => import('./pages/administration/administration.js'), 'Administration'),
});

const administeredAccounts = createRoute({
  getParentRoute: () => administration,
  path: '/',
  validateSearch: (search): AccountsSearch => ({
    text: textOf(search['text']),
    frozen: search['frozen'] ? true : undefined,
    account: textOf(search['account']),
  }),
  component: lazyRouteComponent(() => import('./pages/administration/accounts.js'), 'Accounts'),
});

const catalogue = createRoute({
  getParentRoute: () => administration,
  path: '/models',
  component: lazyRouteComponent(() => import('./pages/administration/catalogue.js'), 'Catalogue'),
});

/** Not below /models: there every name is a model's. */
const newModel = createRoute({
  getParentRoute: () => administration,
  path: '/new-model',
  component: lazyRouteComponent(() => import('./pages/administration/new-model.js'), 'NewModel'),
});

const administeredModel = createRoute({
  getParentRoute: () => administration,
  path: '/models/$modelId',
  component: lazyRouteComponent(() => import('./pages/administration/model.js'), 'Model'),
});

const books = createRoute({
  getParentRoute: () => administration,
  path: '/books',
  component: lazyRouteComponent(() => import('./pages/administration/books.js'), 'Books'),
});

// --- For everybody ---

const docsHome = createRoute({
  getParentRoute: () => root,
  path: '/docs',
  beforeLoad: () => {
    throw redirect({ to: '/docs/$slug', params: { slug: 'quickstart' } });
  },
});

const docs = createRoute({
  getParentRoute: () => root,
  path: '/docs/$slug',
  loader: ({ context }) => context.queries.ensureQueryData(currentSessionQuery),
  component: lazyRouteComponent(() => import('./pages/docs/docs.js'), 'Docs'),
});

const routeTree = root.addChildren([
  home,
  signIn,
  signUp,
  twoFactor,
  forgotPassword,
  resetPassword,
  docsHome,
  docs,
  shell.addChildren([
    invitation,
    overview,
    keys,
    models,
    playground,
    requests,
    usage,
    billing,
    organisation,
    account,
    administration.addChildren([administeredAccounts, catalogue, newModel, administeredModel, books]),
  ]),
]);

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: LoadFailure,
    scrollRestoration: true,
  });
}

/** Begins to load what is shown at a path. */
export function loadPageAt(router: ReturnType<typeof createAppRouter>, path: string): void {
  const [routes] = router.getMatchedRoutes(path);
  for (const { options } of routes)
    void (options.component as Partial<AsyncRouteComponent<object>>)?.preload?.();
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

function rangeOf(search: Record<string, unknown>): RangeChoice {
  return { range: textOf(search['range']), from: textOf(search['from']), to: textOf(search['to']) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
