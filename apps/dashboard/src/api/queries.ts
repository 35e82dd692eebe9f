import { queryOptions } from '@tanstack/react-query';
import type { OpenApi } from '../figures/openapi.js';
import { api, dataOf, type Schemas, toApiError } from './client.js';

declare global {
  interface Window {
    /** What public/first.js asked for; undefined when it was not answered. */
    firstSession?: Promise<Schemas['CurrentSession'] | undefined> | undefined;
  }
}

/** What was asked for before this script was there: once, as it grows old. */
async function takeFirstSession(): Promise<Schemas['CurrentSession'] | undefined> {
  const { firstSession } = window;
  window.firstSession = undefined;
  return firstSession;
}

/** Who is signed in (null: nobody), and where the API is that customers use. */
export const currentSessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => (await takeFirstSession()) ?? (await dataOf(api.GET('/api/session'))),
  staleTime: 30_000,
});

/** What the public API tells of itself. Throws ApiError. */
export const publicApiQuery = queryOptions({
  queryKey: ['public-api'],
  queryFn: async () => {
    const response = await fetch('/openapi.json');
    if (!response.ok) throw await toApiError(response);
    return (await response.json()) as OpenApi;
  },
  staleTime: 60_000,
});

const of = (organisationId: string) => ({ params: { path: { organisationId } } });

export const accountQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['account', organisationId],
    queryFn: () => dataOf(api.GET('/api/organisations/{organisationId}/account', of(organisationId))),
  });

export const keysQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['keys', organisationId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/organisations/{organisationId}/keys', of(organisationId)))).keys,
  });

export const modelsQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['models', organisationId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/organisations/{organisationId}/models', of(organisationId)))).models,
    staleTime: 60_000,
  });

export const topUpSettingsQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['top-up-settings', organisationId],
    queryFn: () => dataOf(api.GET('/api/organisations/{organisationId}/top-up-settings', of(organisationId))),
  });

export const membersQuery = (organisationId: string) =>
  queryOptions({
    queryKey: ['members', organisationId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/organisations/{organisationId}/members', of(organisationId)))).members,
  });
