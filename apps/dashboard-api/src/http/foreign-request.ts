export interface RequestOrigin {
  method: string;
  origin?: string | undefined;
  secFetchSite?: string | undefined;
  /** Of the header that only a script of our own page can add: see `pageHeader`. */
  pageHeader?: string | undefined;
}

/** A form or an image of a foreign page cannot add it, and a foreign script would have to ask first: we never say yes. */
export const pageHeader = 'x-tokenroute-page';

/** Whether a request that changes something did not come from a page of ours. Reading is not refused: it changes nothing. */
export function isForeignRequest(request: RequestOrigin, publicUrl: string): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  return isFromElsewhere(request, publicUrl) || request.pageHeader === undefined;
}

/** What the browser itself tells of where a request comes from; what it does not tell, nobody can forge for it. */
export function isFromElsewhere({ origin, secFetchSite }: RequestOrigin, publicUrl: string): boolean {
  if (origin !== undefined && origin !== publicUrl) return true;
  return secFetchSite !== undefined && secFetchSite !== 'same-origin';
}
