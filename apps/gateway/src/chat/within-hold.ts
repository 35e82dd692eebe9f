import type { Usage } from '@tokenroute/contracts';
import type { Quantities } from './quantities.js';

/** An estimate is never charged above what was held for it; a usage the provider reported is taken as it is. */
export function withinHold(usage: Usage, held: Quantities): Usage {
  if (!usage.estimated) return usage;
  return {
    ...usage,
    inputTokens: Math.min(usage.inputTokens, held.inputTokensBound),
    outputTokens: Math.min(usage.outputTokens, held.outputTokensLimit),
  };
}
