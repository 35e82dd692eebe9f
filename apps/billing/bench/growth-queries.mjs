// How long a dashboard and a statement wait for the account that has everything.
import { UsageGrouping } from '@tokenroute/contracts';
import { StatementService } from '../dist/statements/statement.service.js';
import { RequestLogRepository } from '../dist/usage/request-log.repository.js';
import { RequestLogService } from '../dist/usage/request-log.service.js';
import { TelemetryRepository } from '../dist/usage/telemetry.repository.js';
import { UsageRepository } from '../dist/usage/usage.repository.js';
import { UsageService } from '../dist/usage/usage.service.js';
import { median } from './hold-pairs.mjs';
import { ownerId } from './growth-ledger.mjs';

const { USAGE_GROUPING_HOUR, USAGE_GROUPING_DAY, USAGE_GROUPING_KEY, USAGE_GROUPING_MODEL } = UsageGrouping;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nextHour = (Math.floor(Date.now() / hourMs) + 1) * hourMs;

/** @returns rows of a table: what, median ms, longest ms, rows that came */
export async function measureQueries({ pool }, rounds) {
  const usage = new UsageService(new UsageRepository(pool), new TelemetryRepository(pool));
  const log = new RequestLogService(new RequestLogRepository(pool));
  const statements = new StatementService(pool);

  const askUsage =
    (days, groupBy, filter = {}) =>
    async () => {
      const range = { from: new Date(nextHour - days * dayMs), to: new Date(nextHour) };
      const request = { accountId: ownerId, ...range, groupBy, keyId: '', model: '', ...filter };
      return (await usage.get(request)).groups.length;
    };
  const askLog = (filter) => async () => {
    const everything = { keyId: '', model: '', state: '', result: '', pageSize: 50, pageToken: '' };
    return (await log.list({ accountId: ownerId, ...everything, ...filter })).requests.length;
  };
  const [monthsAgo, thisMonth] = [new Date(Date.now() - 35 * dayMs), new Date()].map((date) =>
    date.toISOString().slice(0, 7),
  );
  const key = `01900000-0000-7000-8000-${'3'.padStart(12, '0')}`;
  const deep = `${(Date.now() - 45 * dayMs) * 1_000}.01900000-0000-7000-8000-000000000000`;

  const questions = {
    'usage of 24 hours by hour': askUsage(1, [USAGE_GROUPING_HOUR]),
    'usage of 7 days by hour and model': askUsage(7, [USAGE_GROUPING_HOUR, USAGE_GROUPING_MODEL]),
    'usage of 30 days by day and model': askUsage(30, [USAGE_GROUPING_DAY, USAGE_GROUPING_MODEL]),
    'usage of 30 days of one key by day': askUsage(30, [USAGE_GROUPING_DAY], { keyId: key }),
    'usage of 90 days by key': askUsage(90, [USAGE_GROUPING_KEY]),
    'usage of 24 hours, with percentiles': askUsage(1, [], { withTelemetry: true }),
    'usage of 30 days, with percentiles': askUsage(30, [], { withTelemetry: true }),
    'requests, newest page': askLog({}),
    'requests, a page of 45 days ago': askLog({ pageToken: deep }),
    'requests of one key': askLog({ keyId: key }),
    'requests of a key that there is not, a page': askLog({ keyId: '01900000-0000-7000-8000-ffffffffffff' }),
    'statement of a month ago: balances and first page': () => firstPage(statements, monthsAgo),
    'statement of this month: balances and first page': () => firstPage(statements, thisMonth),
  };
  const rows = [];
  for (const [what, ask] of Object.entries(questions)) rows.push(await timed(what, ask, rounds));
  return rows;
}

async function firstPage(statements, month) {
  let lines = 0;
  for await (const { part } of statements.export(ownerId, month)) {
    if (part.$case === 'header') continue;
    lines += part.$case === 'page' ? part.value.lines.length : 0;
    break;
  }
  return lines;
}

async function timed(what, ask, rounds) {
  const times = [];
  let rows = 0;
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    rows = await ask();
    times.push(performance.now() - startedAt);
  }
  return [what, median(times).toFixed(0), Math.max(...times).toFixed(0), rows];
}
