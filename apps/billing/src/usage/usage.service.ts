import { Injectable } from '@nestjs/common';
import {
  type GetUsageRequest,
  type GetUsageResponse,
  type UsageGroup,
  UsageGrouping,
  type UsageSum,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { validate } from 'uuid';
import { TelemetryRepository } from './telemetry.repository.js';
import { toTelemetrySum } from './to-telemetry-sum.js';
import { UsageRepository, type UsageRow } from './usage.repository.js';

const maxGroups = 10_000;
const hourMs = 3_600_000;
const maxRangeMs = 366 * 24 * hourMs;
const groupings = [
  UsageGrouping.USAGE_GROUPING_HOUR,
  UsageGrouping.USAGE_GROUPING_DAY,
  UsageGrouping.USAGE_GROUPING_KEY,
  UsageGrouping.USAGE_GROUPING_MODEL,
];

/** What an account used and paid, by hour, day, key or model. */
@Injectable()
export class UsageService {
  constructor(
    private readonly usage: UsageRepository,
    private readonly telemetry: TelemetryRepository,
  ) {}

  /** @throws Fault invalid-request naming the field, not-found */
  async get(request: GetUsageRequest): Promise<GetUsageResponse> {
    const { accountId, keyId, model, groupBy, withTelemetry } = request;
    const range = checkedRange(request);
    checkGroupings(groupBy);
    if (keyId !== '' && !validate(keyId)) throw invalid('key_id', 'must be a UUID');
    const question = { accountId, ...range, keyId: keyId || null, model: model || null };
    const rows = validate(accountId)
      ? await this.usage.find({ ...question, groupBy, maxGroups: maxGroups + 1 })
      : null;
    if (!rows) throw new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
    if (rows.length > maxGroups) {
      throw invalid(
        'group_by',
        `makes more than ${maxGroups} groups; choose a shorter range or fewer of them`,
      );
    }
    return {
      groups: rows.map(toGroup),
      total: total(rows),
      telemetry: withTelemetry ? toTelemetrySum(await this.telemetry.count(question)) : undefined,
    };
  }
}

function checkedRange({ from, to }: GetUsageRequest): { from: Date; to: Date } {
  if (!from || !isFullHour(from)) throw invalid('from', 'must be a full hour');
  if (!to || !isFullHour(to)) throw invalid('to', 'must be a full hour');
  if (from >= to) throw invalid('to', 'must be after from');
  if (to.getTime() - from.getTime() > maxRangeMs) throw invalid('from', 'must be at most 366 days before to');
  return { from, to };
}

function isFullHour(moment: Date): boolean {
  return moment.getTime() % hourMs === 0;
}

function checkGroupings(groupBy: readonly UsageGrouping[]): void {
  if (groupBy.some((grouping) => !groupings.includes(grouping)))
    throw invalid('group_by', 'must be hour, day, key or model');
  const byHour = groupBy.includes(UsageGrouping.USAGE_GROUPING_HOUR);
  if (byHour && groupBy.includes(UsageGrouping.USAGE_GROUPING_DAY))
    throw invalid('group_by', 'must not be both hour and day');
}

function invalid(param: string, problem: string): Fault {
  return new Fault('invalid-request', `${param}: ${problem}.`, { param });
}

function toGroup(row: UsageRow): UsageGroup {
  return {
    beginsAt: row.begins_at ?? undefined,
    keyId: row.key_id ?? '',
    model: row.model ?? '',
    sum: {
      requests: row.requests,
      estimatedRequests: row.estimated_requests,
      inputTokens: row.input_tokens,
      cachedInputTokens: row.cached_input_tokens,
      cacheWrite5mTokens: row.cache_write_5m_tokens,
      cacheWrite1hTokens: row.cache_write_1h_tokens,
      audioInputTokens: row.audio_input_tokens,
      outputTokens: row.output_tokens,
      reasoningTokens: row.reasoning_tokens,
      costNanoUsd: row.cost_nano_usd,
      chargedNanoUsd: row.charged_nano_usd,
    },
  };
}

function total(rows: readonly UsageRow[]): UsageSum {
  const add = (of: (row: UsageRow) => bigint) => rows.reduce((sum, row) => sum + of(row), 0n);
  return {
    requests: add((row) => row.requests),
    estimatedRequests: add((row) => row.estimated_requests),
    inputTokens: add((row) => row.input_tokens),
    cachedInputTokens: add((row) => row.cached_input_tokens),
    cacheWrite5mTokens: add((row) => row.cache_write_5m_tokens),
    cacheWrite1hTokens: add((row) => row.cache_write_1h_tokens),
    audioInputTokens: add((row) => row.audio_input_tokens),
    outputTokens: add((row) => row.output_tokens),
    reasoningTokens: add((row) => row.reasoning_tokens),
    costNanoUsd: add((row) => row.cost_nano_usd),
    chargedNanoUsd: add((row) => row.charged_nano_usd),
  };
}
