/** One way of delivering every recording. */
export interface Variant {
  /** As the replay server takes it; empty: as it was recorded. */
  name: string;
  /** What has to hold. */
  shows: string;
  /** The client must not be busy with anything else: shapes are not checked, and few requests are under way. */
  measuresTime?: true;
  /** The answer never arrives in full: all that counts is that it does not look as if it had. */
  broken?: true;
  /** Requests at a time; the scripts' own number when absent. */
  jobs?: number;
}

/** Those that break connections come last: they may leave an adapter wary of its provider. */
export const variants: readonly Variant[] = [
  { name: '', shows: 'each recording as it was recorded' },
  { name: 'split=1', shows: 'one byte at a time, so that characters and lines are cut' },
  { name: 'crlf=1;comment=1', shows: 'CRLF line ends, and comments between the events' },
  { name: 'split=rand', shows: 'pieces of random length' },
  { name: 'nodone=1', shows: 'a stream without `[DONE]` is complete after its finish event' },
  { name: 'delay=5', shows: 'each piece is passed on when it comes', measuresTime: true, jobs: 4 },
  { name: 'truncate=0.5', shows: 'half an answer never looks complete', broken: true },
  // Every request waits for the adapter's patience to end: many at a time, or it takes long.
  { name: 'hang=1', shows: 'a silent provider never looks like an answer', broken: true, jobs: 200 },
];

export function titleOf({ name }: Variant): string {
  return name === '' ? 'plain' : name;
}

/** @throws Error naming the variants there are */
export function chooseVariants(wanted: string | undefined): readonly Variant[] {
  if (wanted === undefined) return variants;
  const chosen = variants.find((variant) => titleOf(variant) === wanted || variant.name === wanted);
  if (chosen === undefined)
    throw new Error(`there is no variant ${wanted}; there are ${variants.map(titleOf).join(', ')}`);
  return [chosen];
}
