import type { Answer, Exchange } from '../client/exchange.js';
import type { FuzzCase } from '../fuzz-case.js';

/** MAX_BODY_BYTES */
const mostBodyBytes = 20 * 1024 * 1024;

/** @returns what the gateway did that no client may make it do */
export function judgeExchange({ sent, answers, silence }: Exchange): string[] {
  const problems = answers.flatMap(judgeAnswer);
  if (silence !== undefined && !isRefusedUnread(sent)) problems.push(silence);
  if (sent.kind === 'chat' && answers.length === 1 && answers[0]!.status === 200) {
    problems.push(...judgeCompletion(answers[0]!));
  }
  return problems;
}

/** A body that is too large is not read: while it is still sent, the end of the connection may overtake the 413. */
function isRefusedUnread(sent: FuzzCase): boolean {
  return sent.kind === 'chat' && sent.body.length > mostBodyBytes;
}

function judgeAnswer(answer: Answer): string[] {
  const { status, headers, body } = answer;
  if (status < 400) return [];
  const problems: string[] = [];
  // Nothing is down and no provider was told to fail: whatever this is, a client caused it.
  if (status >= 500) problems.push(`a ${status}: ${body.slice(0, 200)}`);
  const hasBody = body !== '' || headers['content-length'] === '0' || headers['content-length'] === undefined;
  if (hasBody && !isOurError(answer))
    problems.push(`a ${status} that is not our error: ${body.slice(0, 200)}`);
  return problems;
}

function isOurError({ status, headers, body }: Answer): boolean {
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? '')) return false;
  const { error } = parsed(body) as { error?: Record<string, unknown> };
  return (
    typeof error === 'object' &&
    typeof error['message'] === 'string' &&
    error['message'] !== '' &&
    typeof error['type'] === 'string' &&
    error['code'] === status &&
    (error['param'] === null || typeof error['param'] === 'string')
  );
}

function judgeCompletion({ headers, body }: Answer): string[] {
  if (headers['content-type']?.startsWith('text/event-stream')) {
    return body.endsWith('data: [DONE]\n\n') ? [] : [`a stream that breaks off: ${body.slice(-200)}`];
  }
  const { object } = parsed(body) as { object?: unknown };
  return typeof object === 'string' ? [] : [`a 200 that is no completion: ${body.slice(0, 200)}`];
}

function parsed(body: string): object {
  try {
    return (JSON.parse(body) as object | null) ?? {};
  } catch {
    return {};
  }
}
