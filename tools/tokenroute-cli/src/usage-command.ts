import {
  type Percentiles,
  type TelemetrySum,
  type UsageGroup,
  UsageGrouping,
  type UsageSum,
} from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { momentOption, sinceOption } from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;
const groupings: Record<string, UsageGrouping> = {
  hour: UsageGrouping.USAGE_GROUPING_HOUR,
  day: UsageGrouping.USAGE_GROUPING_DAY,
  key: UsageGrouping.USAGE_GROUPING_KEY,
  model: UsageGrouping.USAGE_GROUPING_MODEL,
};

interface UsageOptions {
  by: UsageGrouping[];
  from?: Date;
  to?: Date;
  key?: string;
  model?: string;
}

/** `usage`. */
export function addUsageCommand(program: Command, terminal: Terminal): void {
  program
    .command('usage')
    .description('what an account used and paid, by hour or day (UTC), key or model')
    .argument('<account>', 'account id')
    .option('--by <groups>', 'hour, day, key, model, or several: day,model', groupsOption, [groupings.day!])
    .option(
      '--from <moment>',
      'from this hour on (7 days ago): 2026-11-01, or a time ago such as 24h',
      (text) => sinceOption(text, new Date()),
    )
    .option('--to <moment>', 'up to this hour (now): 2026-11-02', (text) => momentOption(text, new Date()))
    .option('--key <id>', 'of this key alone')
    .option('--model <id>', 'of this model alone')
    .action((account: string, options: UsageOptions) => showUsage(terminal, account, options));
}

function groupsOption(text: string): UsageGrouping[] {
  return text.split(',').map((name) => {
    const grouping = groupings[name.trim()];
    if (grouping === undefined)
      throw new InvalidArgumentError('It must be hour, day, key, model, or several, such as day,model.');
    return grouping;
  });
}

/** Usage is kept by the hour: the hours are asked for in which the range begins and ends. */
async function showUsage(terminal: Terminal, accountId: string, options: UsageOptions): Promise<void> {
  const { by: groupBy, key: keyId = '', model = '', to: end = new Date() } = options;
  const begin = options.from ?? new Date(end.getTime() - weekMs);
  const from = new Date(Math.floor(begin.getTime() / hourMs) * hourMs);
  const to = new Date(Math.ceil(end.getTime() / hourMs) * hourMs);
  const client = terminal.services.billing;
  const request = { accountId, from, to, groupBy, keyId, model, withTelemetry: true };
  const { groups, total, telemetry } = await call(client.getUsage.bind(client), request);
  if (!total) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without a total');
  const json = {
    account_id: accountId,
    from: from.toISOString(),
    to: to.toISOString(),
    groups: groups.map(toGroupJson),
    total: toSumJson(total),
    telemetry: telemetry ? toTelemetryJson(telemetry) : null,
  };
  terminal.print(json, [
    ...groups.map((group) => lineOf(nameOf(group), group.sum!)),
    lineOf('together', total),
    ...(telemetry && telemetry.requests > 0n ? [telemetryLineOf(telemetry)] : []),
  ]);
}

/** Null is what was not grouped by, or what a settlement did not tell. */
function toGroupJson({ beginsAt, keyId, model, sum }: UsageGroup) {
  return {
    begins_at: beginsAt?.toISOString() ?? null,
    key_id: keyId || null,
    model: model || null,
    ...toSumJson(sum!),
  };
}

/** Counts are strings, as amounts are: a JSON number would be read as a float. */
function toSumJson(sum: UsageSum) {
  return {
    requests: sum.requests.toString(),
    estimated_requests: sum.estimatedRequests.toString(),
    input_tokens: sum.inputTokens.toString(),
    cached_input_tokens: sum.cachedInputTokens.toString(),
    cache_write_5m_tokens: sum.cacheWrite5mTokens.toString(),
    cache_write_1h_tokens: sum.cacheWrite1hTokens.toString(),
    audio_input_tokens: sum.audioInputTokens.toString(),
    output_tokens: sum.outputTokens.toString(),
    reasoning_tokens: sum.reasoningTokens.toString(),
    cost_usd: formatUsd(sum.costNanoUsd),
    charged_usd: formatUsd(sum.chargedNanoUsd),
  };
}

function nameOf({ beginsAt, keyId, model }: UsageGroup): string {
  const time = beginsAt?.toISOString().slice(0, 16).replace('T', ' ');
  return [time, keyId, model].filter(Boolean).join('  ') || 'all';
}

function lineOf(name: string, { requests, inputTokens, outputTokens, chargedNanoUsd }: UsageSum): string {
  return `${name.padEnd(40)} ${requests} requests, ${inputTokens} + ${outputTokens} tokens, ${formatUsd(chargedNanoUsd)} USD`;
}

function toTelemetryJson({ requests, failed, cancelled, duration, firstToken }: TelemetrySum) {
  return {
    requests: requests.toString(),
    failed: failed.toString(),
    cancelled: cancelled.toString(),
    duration: duration ? toPercentilesJson(duration) : null,
    first_token: firstToken ? toPercentilesJson(firstToken) : null,
  };
}

function toPercentilesJson({ requests, p50Ms, p95Ms, p99Ms }: Percentiles) {
  return { requests: requests.toString(), p50_ms: p50Ms, p95_ms: p95Ms, p99_ms: p99Ms };
}

/** "42 ended, 1 failed, 0 cancelled; p50 / p95 / p99: 310 / 900 / 1200 ms, first token 120 / 300 / 340 ms" */
function telemetryLineOf({ requests, failed, cancelled, duration, firstToken }: TelemetrySum): string {
  const times = [
    duration && `p50 / p95 / p99: ${timesOf(duration)}`,
    firstToken && `first token ${timesOf(firstToken)}`,
  ];
  const ended = `${requests} ended, ${failed} failed, ${cancelled} cancelled`;
  return [ended, times.filter(Boolean).join(', ')].filter(Boolean).join('; ');
}

function timesOf({ p50Ms, p95Ms, p99Ms }: Percentiles): string {
  return `${p50Ms} / ${p95Ms} / ${p99Ms} ms`;
}
