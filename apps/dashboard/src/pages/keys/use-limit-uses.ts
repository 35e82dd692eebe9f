import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../api/client.js';
import { useOrganisation } from '../../layout/use-organisation.js';

const everyMs = 3_000;

/** By the key's id. */
export type LimitUses = ReadonlyMap<string, Schemas['LimitUse']['uses'][number]> | 'being-read';

/** How much of their limits per minute keys have used at this moment: asked again and again while the page is visible. */
export function useLimitUses(keys: readonly Schemas['Key'][] | undefined): LimitUses {
  const { organisationId } = useOrganisation();
  const areLimited = keys?.some(
    ({ state, requestsPerMinute, tokensPerMinute }) =>
      state === 'active' && (requestsPerMinute !== null || tokensPerMinute !== null),
  );
  const { data, isError } = useQuery({
    queryKey: ['limit-use', organisationId],
    queryFn: () =>
      dataOf(
        api.GET('/api/organisations/{organisationId}/keys/limit-use', {
          params: { path: { organisationId } },
        }),
      ),
    enabled: areLimited === true,
    refetchInterval: everyMs,
    // It is asked again anyway, and what was true a while ago is not shown meanwhile.
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  if (isError) return new Map();
  return data ? new Map(data.uses.map((use) => [use.keyId, use])) : 'being-read';
}
