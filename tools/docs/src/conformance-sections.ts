import { type ConformanceException, type variants as allVariants } from '@tokenroute/conformance';
import { markdownTable } from './markdown-table.js';

export function variantTable(variants: typeof allVariants): string {
  return markdownTable(
    ['variant', 'shows'],
    variants.map(({ name, shows }) => [name === '' ? 'plain' : `\`${name}\``, shows]),
  );
}

export function exceptionList(exceptions: readonly ConformanceException[]): string {
  if (exceptions.length === 0) return 'There are none.';
  return exceptions.map(({ case: id, check, reason }) => `- \`${id}\`, ${check}: ${reason}`).join('\n');
}
