/**
 * Whether a key may use a model: the list is empty, or one of its entries is the model's public id. In an entry `*` stands
 * for any run of characters, also none; everything else stands for itself, case included.
 */
export function modelIsAllowed(allowedModels: readonly string[], model: string): boolean {
  return allowedModels.length === 0 || allowedModels.some((pattern) => matches(pattern, model));
}

/**
 * Only the latest `*` is ever tried again, which is enough: an earlier one taking more cannot help a later one. So the time
 * is at most pattern × text, whatever the pattern, where a regular expression could take exponential time.
 */
function matches(pattern: string, text: string): boolean {
  let patternAt = 0;
  let textAt = 0;
  let starAt = -1;
  let starTook = 0;
  while (textAt < text.length) {
    if (pattern[patternAt] === '*') {
      starAt = patternAt++;
      starTook = textAt;
    } else if (pattern[patternAt] === text[textAt]) {
      patternAt++;
      textAt++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      textAt = ++starTook;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt++;
  return patternAt === pattern.length;
}
