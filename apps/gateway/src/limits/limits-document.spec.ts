import { readFileSync } from 'node:fs';
import { createServer, maxHeaderSize } from 'node:http';
import { mostJsonLevels, mostJsonValues } from '@tokenroute/openai-wire';
import { configSchema } from '../config.js';
import { requestTimeoutMs } from '../http/create-http-adapter.js';
import {
  begunPerTurn,
  leastQueue,
  longestQueueMs,
  mostQueue,
  mostWaitMs,
} from '../overload/admission-queue.js';
import { firstLimit, leastLimit, step } from '../overload/billing-limit.js';
import { longestRetrySeconds } from '../overload/overloaded.js';
import { commandTimeoutMs } from '../redis/connect-redis.js';
import { addressGroup } from './address-group.js';
import { maxRememberedAddresses } from './failed-authentications.js';
import { retryMs } from './limit-requests.js';
import { firstEstimate } from './output-estimates.js';
import { formatDuration } from './rate-limit-headers.js';
import { RateLimited } from './rate-limited.js';
import { askAgainMs } from './shared-windows.js';
import { bucketLifeSeconds } from './sliding-window.js';

const text = readFileSync(new URL('../../../../docs/limits.md', import.meta.url), 'utf8')
  .replaceAll(/```.*?```/gs, '')
  .replaceAll(/\s+/g, ' ');
const count = (number: number) => number.toLocaleString('en-US');
type Limit = Exclude<keyof typeof configSchema.shape & `${'MAX' | 'BILLING'}_${string}`, 'BILLING_ADDRESS'>;
const defaultOf = (name: Limit) => configSchema.shape[name].parse(undefined);
const byDefault = (name: Limit) => `\`${name}\` (${count(defaultOf(name))})`;
const inTable = (name: Limit) => `| \`${name}\` | ${count(defaultOf(name))} |`;
const headersSeconds = createServer().headersTimeout / 1_000;
const bodySeconds = requestTimeoutMs / 1_000;
const windowSeconds = bucketLifeSeconds - 1;
const retryAfter = new RateLimited('concurrent requests', retryMs).retryAfterSeconds;

/** What docs/limits.md says, written with the numbers that the code goes by. */
const claims = [
  `as in \`${formatDuration(17)}\`, \`${formatDuration(1_500)}\`, \`${formatDuration(61_000)}\``,
  `No ${windowSeconds} seconds see more than the limit`,
  `counts for ${windowSeconds} to ${bucketLifeSeconds} seconds`,
  `at least ${Math.floor((100 * windowSeconds) / bucketLifeSeconds)}% of a limit can be used`,
  `${count(firstEstimate)} tokens before the first`,
  `No request waits longer than ${commandTimeoutMs} ms for Redis`,
  `one request in ${count(askAgainMs)} ms finds out whether it is back`,
  byDefault('MAX_CONCURRENT_REQUESTS_PER_KEY'),
  `\`Retry-After: ${retryAfter}\`, which is a guess`,
  byDefault('MAX_FAILED_AUTHENTICATIONS_PER_MINUTE'),
  `An IPv6 address counts by its /${addressGroup('2001:db8::1').split('/')[1]}`,
  `${count(maxRememberedAddresses)} addresses are remembered`,
  `\`Retry-After\` (1 to ${longestRetrySeconds} seconds in turn`,
  inTable('BILLING_DELAY_TARGET_MS'),
  inTable('MAX_REQUESTS'),
  inTable('MAX_REQUESTS_PER_PROVIDER'),
  `rises by ${step} while there is no such queue`,
  `At least ${leastLimit} may wait always, and ${firstLimit} once nobody does`,
  `In each turn of the loop ${begunPerTurn} of them begin`,
  `A crowd of up to ${mostQueue} may wait when it comes at once; behind somebody who has been waiting for ${longestQueueMs} ms only ${leastQueue} may`,
  `refused after all only when there was none for ${count(mostWaitMs)} ms`,
  `headers have not come after ${headersSeconds} seconds, or whose body has not after ${bodySeconds}, is`,
  `Headers may have ${maxHeaderSize / 1_024} KiB, a body ${defaultOf('MAX_BODY_BYTES') / 1_024 / 1_024} MiB`,
  `${mostJsonLevels} levels of arrays and objects, and ${count(mostJsonValues)} values`,
];

test.each(claims)('the document says: %s', (claim) => expect(text).toContain(claim));

test('the document has no number that is not one of these, an answer’s status, an example’s or a switch’s', () => {
  const others = ['`key create --rpm 60 --tpm 10000`', '`tokenroute_limits_local` is 1 meanwhile'];
  const rest = [...claims, ...others].reduce((left, claim) => left.replaceAll(claim, ''), text);
  expect(rest.match(/(?<!\w)\d[\d,.]*/g)?.filter((number) => !/^[45]\d\d[.,]?$/.test(number)) ?? []).toEqual(
    [],
  );
});
