import type { Schemas } from '../../api/client.js';
import { percentOf } from '../../figures/usage-figures.js';
import { showCount, showUsd } from '../../figures/show-usd.js';
import { Gauge } from '../../ui/gauge.js';
import type { LimitUses } from './use-limit-uses.js';

type Key = Schemas['Key'];

interface KeyLimitsProps {
  apiKey: Key;
  uses: LimitUses;
}

/** What a key may use, and how much of what is limited by the minute is used at this moment. */
export function KeyLimits({ apiKey, uses }: KeyLimitsProps) {
  const { id, state, requestsPerMinute, tokensPerMinute, monthlyBudgetNanoUsd } = apiKey;
  if (requestsPerMinute === null && tokensPerMinute === null && monthlyBudgetNanoUsd === null) {
    return <span className="text-muted">none</span>;
  }
  // Requests of one that is refused are not counted.
  const isCounted = state === 'active' && uses !== 'being-read';
  const use = isCounted ? (uses.get(id) ?? 'not-known') : undefined;
  return (
    <ul className="min-w-40 space-y-1.5">
      {requestsPerMinute !== null && (
        <li>
          <MinuteLimit
            what="requests"
            limit={requestsPerMinute}
            used={use === 'not-known' ? use : use?.requests}
          />
        </li>
      )}
      {tokensPerMinute !== null && (
        <li>
          <MinuteLimit what="tokens" limit={tokensPerMinute} used={use === 'not-known' ? use : use?.tokens} />
        </li>
      )}
      {monthlyBudgetNanoUsd !== null && <li>{showUsd(monthlyBudgetNanoUsd)} / month</li>}
    </ul>
  );
}

interface MinuteLimitProps {
  what: 'requests' | 'tokens';
  limit: number;
  /** Undefined: there is nothing to show of it. */
  used: number | 'not-known' | undefined;
}

function MinuteLimit({ what, limit, used }: MinuteLimitProps) {
  const limitText = `${showCount(limit)} ${what} / min`;
  if (used === undefined) return limitText;
  if (used === 'not-known') {
    return (
      <>
        {limitText}
        <span className="block text-xs text-muted">use not known</span>
      </>
    );
  }
  return (
    <>
      <span data-used={used}>{showCount(used)}</span> of {limitText}
      <Gauge
        name={`${what} per minute`}
        text={`${showCount(used)} of ${showCount(limit)} ${what} in the last minute`}
        percent={percentOf(BigInt(used), BigInt(limit))}
      />
    </>
  );
}
