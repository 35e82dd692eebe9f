const mostCharacters = 1_024;
const more = '...';

/**
 * The names of parameters that were left out, as a header can say them. They are the client's own text: what may not stand
 * in a header, and the comma between them, is percent-encoded; what is too much is told by three dots.
 */
export function ignoredParametersHeader(names: readonly string[]): string {
  const told: string[] = [];
  let left = mostCharacters;
  for (const name of names) {
    const encoded = name.slice(0, mostCharacters).replace(/[^\w.\-[\]$]/gu, toPercent);
    left -= encoded.length + 1;
    if (left < 0) return [...told, more].join(',');
    told.push(encoded);
  }
  return told.join(',');
}

/** Half of a pair of surrogates is no character and has no encoding. */
function toPercent(character: string): string {
  return /\p{Surrogate}/u.test(character) ? '%EF%BF%BD' : encodeURIComponent(character);
}
