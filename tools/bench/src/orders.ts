import type { Percentiles } from './percentiles.js';

/** How the static upstream streams from now on. */
export interface StreamScript {
  chunks: number;
  /** Between two chunks; 0 sends them as fast as they are taken. */
  intervalMs: number;
  /** Of the content of a chunk, which is a word without this. */
  contentBytes?: number;
}

export type UpstreamOrder =
  | { kind: 'script'; script: StreamScript }
  /** From now on plain answers come so long after their requests. */
  | { kind: 'plain-delay'; ms: number }
  | { kind: 'take-served' };

/** What the upstream answered completely since it was last asked. */
export interface Served {
  /** By variant. */
  plain: number[];
  /** By number of chunks. */
  streams: Record<string, number>;
  aborted: number;
}

/** Where a load goes: requests are complete HTTP requests, sent in turn, connections go to one port after the other. */
export interface Destination {
  ports: readonly number[];
  requests: string[];
}

/** Each connection sends its next request when it has its answer. */
export interface ClosedLoopOrder extends Destination {
  kind: 'closed-loop';
  connections: number;
  durationMs: number;
}

/** Requests fall due at a constant rate, answered or not; one phase follows the other without a pause. */
export interface OpenLoopOrder extends Destination {
  kind: 'open-loop';
  phases: Phase[];
  /** SSE events of a complete stream; absent: answers are plain. */
  events?: number;
  /** Opened before the first request is due, so that opening them is no part of the load. */
  firstConnections?: number;
  /** Above so many requests under way the next ones wait, and are late. */
  maxConnections?: number;
}

export interface Phase {
  ratePerSecond: number;
  durationMs: number;
}

/** Each connection reads one stream after the other. */
export interface StreamLoopOrder extends Destination {
  kind: 'stream-loop';
  connections: number;
  durationMs: number;
  /** SSE events of a complete stream: one with another number is an error. */
  events: number;
}

/** Opens streams and keeps them until they are dropped; answers when each has its first event. */
export interface OpenStreamsOrder extends Destination {
  kind: 'open-streams';
  streams: number;
  /** After its first event nobody reads a stream any more, and it stays open. */
  stalled?: boolean;
}

/** Opens connections that send the beginning of a request and then a byte every few seconds, until they are dropped. */
export interface SlowHeadersOrder {
  kind: 'slow-headers';
  port: number;
  sockets: number;
}

/** Clients that ask for a stream and go away while it comes, each after another part of `leaveWithinMs`. */
export interface LeavingOrder extends Destination {
  kind: 'leaving';
  ratePerSecond: number;
  durationMs: number;
  leaveWithinMs: number;
}

export type LoadOrder =
  | ClosedLoopOrder
  | OpenLoopOrder
  | StreamLoopOrder
  | OpenStreamsOrder
  | SlowHeadersOrder
  | LeavingOrder
  | { kind: 'drop-streams' }
  /** Answers how many were still there. */
  | { kind: 'drop-slow-headers' };

/** What a load came to, seen from the client. Times in milliseconds. */
export interface LoadResult {
  answers: number;
  /** Anything but a complete 200, by what it was. */
  failures: Record<string, number>;
  seconds: number;
  /** Of complete answers, from the moment a request was due to its last byte. */
  latencyMs: Percentiles;
  /** Of the others, from the moment they were sent. */
  failedAfterMs?: Percentiles;
  /** Open loop: how late the generator itself was. */
  latenessMs?: Percentiles;
  /** Open loop: complete answers that a client would have waited for: in two seconds from the moment they were due. */
  timelyAnswers?: number;
  /** Open loop: by the second in which requests were due. */
  bySecond?: { answers: number; failed: number; p99Ms: number }[];
  firstEventMs?: Percentiles;
  betweenEventsMs?: Percentiles;
  events?: number;
}
