import { Injectable } from '@nestjs/common';
import type { ListRequestsRequest, ListRequestsResponse, LoggedRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { validate } from 'uuid';
import { readPageToken, toPageToken } from './page-token.js';
import { fromTelemetryRow } from '../holds/telemetry-row.js';
import {
  RequestLogRepository,
  type RequestResult,
  requestResults,
  type RequestRow,
} from './request-log.repository.js';
import { fromTokenColumns } from './token-columns.js';

const defaultPageSize = 50;
const maxPageSize = 200;
const states = ['held', 'settled', 'released', 'expired'];

/** An account's requests, the newest first. */
@Injectable()
export class RequestLogService {
  constructor(private readonly log: RequestLogRepository) {}

  /** @throws Fault invalid-request naming the field, not-found */
  async list(request: ListRequestsRequest): Promise<ListRequestsResponse> {
    const { accountId, keyId, model, state, result, from, to, pageSize, pageToken } = request;
    if (keyId !== '' && !validate(keyId)) throw invalid('key_id', 'must be a UUID');
    if (state !== '' && !states.includes(state))
      throw invalid('state', `must be one of ${states.join(', ')}`);
    if (result !== '' && !isRequestResult(result))
      throw invalid('result', `must be one of ${requestResults.join(', ')}`);
    if (pageSize > maxPageSize) throw invalid('page_size', `must be at most ${maxPageSize}`);
    const after = pageToken === '' ? null : readPageToken(pageToken);
    if (after === null && pageToken !== '') throw invalid('page_token', 'must be as the page before told it');
    const page = validate(accountId)
      ? await this.log.page({
          accountId,
          keyId: keyId || null,
          model: model || null,
          state: state || null,
          result: result || null,
          from: from ?? null,
          to: to ?? null,
          after,
          pageSize: pageSize || defaultPageSize,
        })
      : null;
    if (!page) throw new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
    return {
      requests: page.rows.map(toLoggedRequest),
      nextPageToken: page.next ? toPageToken(page.next) : '',
    };
  }
}

function isRequestResult(text: string): text is RequestResult {
  return (requestResults as readonly string[]).includes(text);
}

function invalid(param: string, problem: string): Fault {
  return new Fault('invalid-request', `${param}: ${problem}.`, { param });
}

function toLoggedRequest(row: RequestRow): LoggedRequest {
  return {
    id: row.id,
    keyId: row.key_id ?? '',
    model: row.model,
    state: row.state,
    createdAt: row.created_at,
    endedAt: row.ended_at ?? undefined,
    amountNanoUsd: row.amount_nano_usd,
    ...settledWith(row),
    telemetry: fromTelemetryRow(row),
  };
}

function settledWith(
  row: RequestRow,
): Pick<LoggedRequest, 'usedAt' | 'costNanoUsd' | 'chargedNanoUsd' | 'usage'> {
  if (row.state !== 'settled') return { costNanoUsd: 0n, chargedNanoUsd: 0n };
  return {
    usedAt: row.used_at ?? row.ended_at ?? undefined,
    costNanoUsd: row.cost_nano_usd!,
    chargedNanoUsd: row.charged_nano_usd!,
    usage: fromTokenColumns(row, row.usage_estimated ?? false),
  };
}
