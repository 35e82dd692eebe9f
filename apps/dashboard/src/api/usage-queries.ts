import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { TimeRange } from '../figures/time-range.js';
import { api, dataOf, type Schemas } from './client.js';

export interface UsageChoice {
  /** With commas between. */
  groupBy?: string;
  keyId?: string | undefined;
  model?: string | undefined;
  /** Also how the requests went. */
  withTelemetry?: 'true';
}

export const usageQuery = (
  organisationId: string,
  { from, to }: Pick<TimeRange, 'from' | 'to'>,
  choice: UsageChoice = {},
) =>
  queryOptions({
    queryKey: ['usage', organisationId, from, to, choice],
    queryFn: () =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/usage', {
          params: { path: { organisationId }, query: { from, to, ...choice } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

export interface RequestsChoice {
  keyId?: string | undefined;
  model?: string | undefined;
  state?: Schemas['Receipt']['state'] | undefined;
  result?: 'succeeded' | 'failed' | 'cancelled' | undefined;
}

export const requestsQuery = (organisationId: string, choice: RequestsChoice = {}) =>
  infiniteQueryOptions({
    queryKey: ['requests', organisationId, choice],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/requests', {
          params: {
            path: { organisationId },
            query: { ...choice, ...(pageParam && { pageToken: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: keepPreviousData,
  });
