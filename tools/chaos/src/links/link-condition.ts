/**
 * What a link does to the bytes on it, in both directions.
 * `cut`: each connection breaks (reset) after so many more bytes. `black-hole`: nothing arrives, nothing is lost: what was
 * sent arrives when the link heals, as after lost packets. `half-open`: the far end is gone and the near end is not told
 * before the link heals. `throttle`: each direction of each connection passes so many bytes a second.
 */
export type LinkCondition =
  | { kind: 'open' }
  | { kind: 'delay'; ms: number }
  | { kind: 'cut'; afterBytes: number }
  | { kind: 'black-hole' }
  | { kind: 'half-open' }
  | { kind: 'throttle'; bytesPerSecond: number };

export const openLink: LinkCondition = { kind: 'open' };
