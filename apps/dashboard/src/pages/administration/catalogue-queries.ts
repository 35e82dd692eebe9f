import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';

const of = (modelId: string) => ({ params: { path: { modelId } } });

/** Every model, on offer or not. */
export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async () => (await dataOf(api.GET('/api/administration/models'))).models,
});

export const pricesQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['prices', modelId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/administration/models/{modelId}/prices', of(modelId)))).prices,
  });

export const modelUsersQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['model-users', modelId],
    queryFn: () => dataOf(api.GET('/api/administration/models/{modelId}/users', of(modelId))),
  });

export const catalogueEventsQuery = (modelId: string) =>
  queryOptions({
    queryKey: ['catalogue-events', modelId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/administration/models/{modelId}/events', of(modelId)))).events,
  });

/** What a change of a model or of its prices makes out of date. */
export const changedBy = (modelId: string) => [
  catalogueQuery.queryKey,
  pricesQuery(modelId).queryKey,
  catalogueEventsQuery(modelId).queryKey,
  ['models'],
];
