import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { accountQuery } from '../api/queries.js';

/** What a request changes beside the balance. */
const followers = ['requests', 'usage', 'payments'];

/** Keeps the balance as the server tells it while a page is open, and reads again what changes with it. */
export function useLiveAccount(organisationId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const source = new EventSource(`/api/organisations/${organisationId}/live`);
    let isFirst = true;
    source.addEventListener('activity', ({ data }: MessageEvent<string>) => {
      const account = JSON.parse(data) as { id?: string };
      if (account.id) queries.setQueryData(accountQuery(organisationId).queryKey, account as never);
      // The first one only says how things are.
      if (!isFirst) {
        for (const name of followers) void queries.invalidateQueries({ queryKey: [name, organisationId] });
      }
      isFirst = false;
    });
    return () => source.close();
  }, [organisationId, queries]);
}
