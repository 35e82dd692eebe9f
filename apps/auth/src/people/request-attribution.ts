import { AsyncLocalStorage } from 'node:async_hooks';

/** Who is behind the request that is being answered, and from where it came. */
export interface Attribution {
  personId?: string;
  address?: string;
}

const current = new AsyncLocalStorage<Attribution>();

/** Whatever `work` changes in the database is recorded as done by this person from this address. */
export function attributed<Result>(attribution: Attribution, work: () => Promise<Result>): Promise<Result> {
  return current.run(attribution, work);
}

/** Empty outside of a request. */
export function currentAttribution(): Attribution {
  return current.getStore() ?? {};
}
