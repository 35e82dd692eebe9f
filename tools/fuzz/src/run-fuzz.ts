import { Agent } from 'node:http';
import type { ServiceMemory, Stall } from '@tokenroute/bench';
import { caseOf } from './case-of.js';
import type { Exchange } from './client/exchange.js';
import { sendChat } from './client/send-chat.js';
import { sendRaw } from './client/send-raw.js';
import { type ChatCase, type FuzzCase, keyPlaceholder } from './fuzz-case.js';
import type { FuzzSystem } from './fuzz-system.js';
import { judgeBooks } from './oracle/judge-books.js';
import { judgeExchange } from './oracle/judge-exchange.js';
import { judgeAlone, judgeMemory, type SlowCase, suspectsOf } from './oracle/judge-gateway.js';
import { judgeServices } from './oracle/judge-services.js';
import { boundFor, readingMs } from './oracle/yardstick.js';
import type { FailedCase, FuzzReport } from './report.js';

export interface FuzzOptions {
  seed: number;
  cases: number;
  /** Ends it earlier. */
  mostMs: number | null;
  signal: AbortSignal;
  say: (line: string) => void;
}

const clients = 16;
const mostFailedTold = 100;
const mostSuspects = 500;
const casesPerGoodRequest = 1_000;
/** Among hostile ones, and alone. */
const mostGoodMs = { among: 3_000, alone: 1_000 };
/** Of the event loop; shorter than what is judged, so that the longest can be told. */
const stallsFromMs = 50;

/** Sends the cases of a seed to a system that is there, and judges what came and what is left. */
export async function runFuzz(system: FuzzSystem, options: FuzzOptions): Promise<FuzzReport> {
  return new Run(system, options).run();
}

class Run {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: clients });
  private readonly statuses: Record<string, number> = {};
  private readonly failed: FailedCase[] = [];
  private readonly slow: SlowCase[] = [];
  private readonly refused: string[] = [];
  private readonly problems: string[] = [];
  private failedCount = 0;
  private answers = 0;
  private next = 0;
  private slowestGoodMs = 0;

  constructor(
    private readonly system: FuzzSystem,
    private readonly options: FuzzOptions,
  ) {}

  async run(): Promise<FuzzReport> {
    const { seed, say } = this.options;
    const { gateway } = this.system;
    const startedAt = new Date();
    // Every path once, so that what is loaded when first used counts as there before.
    for (let count = 0; count < 50; count += 1) await this.goodRequest(mostGoodMs.among);
    const before = await gateway.ask<ServiceMemory>({ kind: 'memory' });
    await gateway.ask({ kind: 'watch-stalls', fromMs: stallsFromMs });
    const beganAt = performance.now();
    await Promise.all(Array.from({ length: clients }, () => this.client()));
    const seconds = (performance.now() - beganAt) / 1_000;
    say(`${this.next} cases sent, looking at what is left`);
    const stalls = await gateway.ask<Stall[]>({ kind: 'stalls' });
    const mostBusyMs = boundFor(readingMs());
    await this.tryAlone(suspectsOf(stalls, this.slow, mostBusyMs), mostBusyMs);
    const atTheEnd = await this.goodRequest(mostGoodMs.alone);
    this.agent.destroy();
    const books = await judgeBooks(this.system, this.refused);
    const after = await gateway.ask<ServiceMemory>({ kind: 'memory' });
    this.problems.push(...judgeMemory(before, after), ...books, ...judgeServices(this.system.services));
    return {
      seed,
      startedAt,
      cases: this.next,
      wanted: this.options.cases,
      answers: this.answers,
      statuses: this.statuses,
      seconds,
      longestStall: longest(stalls),
      mostBusyMs,
      memory: { before, after },
      goodRequestMs: { slowestAmong: this.slowestGoodMs, atTheEnd },
      failed: this.failed,
      failedCount: this.failedCount,
      problems: this.problems,
    };
  }

  private async client(): Promise<void> {
    const { cases, mostMs, signal, seed, say } = this.options;
    const endsAt = mostMs === null ? Infinity : performance.now() + mostMs;
    while (this.next < cases && performance.now() < endsAt && !signal.aborted) {
      const index = this.next;
      this.next += 1;
      this.note(await sendCase(this.system, this.agent, caseOf(seed, index)));
      if (index % casesPerGoodRequest === 0) {
        this.slowestGoodMs = Math.max(this.slowestGoodMs, await this.goodRequest(mostGoodMs.among));
      }
      if (index > 0 && index % 100_000 === 0) say(`${index} cases, ${this.failedCount} failed`);
    }
  }

  /**
   * Sixteen clients on a machine that others use too can make one turn of the event loop long, with nobody to blame: each
   * suspect is sent again, alone.
   */
  private async tryAlone(suspects: readonly SlowCase[], mostBusyMs: number): Promise<void> {
    const { gateway } = this.system;
    for (const suspect of suspects.slice(0, mostSuspects)) {
      await gateway.ask({ kind: 'forget-stalls' });
      await sendCase(this.system, this.agent, caseOf(this.options.seed, suspect.index));
      const stalls = await gateway.ask<Stall[]>({ kind: 'stalls' });
      this.problems.push(...judgeAlone(suspect, stalls, mostBusyMs));
    }
  }

  private note(exchange: Exchange): void {
    const { sent, answers, beganAtUnixMs, endedAtUnixMs } = exchange;
    const { index, kind, what } = sent;
    for (const { status, headers } of answers) {
      this.answers += 1;
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
      const requestId = headers['x-request-id'];
      if (status !== 200 && requestId !== undefined) this.refused.push(requestId);
    }
    if (endedAtUnixMs - beganAtUnixMs >= stallsFromMs)
      this.slow.push({ index, what, beganAtUnixMs, endedAtUnixMs });
    const problems = judgeExchange(exchange);
    if (problems.length === 0) return;
    this.failedCount += 1;
    if (this.failed.length < mostFailedTold) this.failed.push({ index, kind, what, problems });
  }

  /** @returns how long it took */
  private async goodRequest(mostMs: number): Promise<number> {
    const beganAt = performance.now();
    const answer = await sendChat(goodRequest, this.target());
    const ms = performance.now() - beganAt;
    if (typeof answer === 'string' || answer.status !== 200) {
      this.problems.push(`a good request got ${typeof answer === 'string' ? answer : answer.body}`);
    } else if (ms > mostMs) {
      this.problems.push(`a good request took ${Math.round(ms)} ms, and ${mostMs} are allowed`);
    }
    return ms;
  }

  private target() {
    return { port: this.system.gatewayPort, secret: this.system.secret, agent: this.agent };
  }
}

/** Sends one case and waits for its end. */
export async function sendCase(system: FuzzSystem, agent: Agent, sent: FuzzCase): Promise<Exchange> {
  const target = { port: system.gatewayPort, secret: system.secret, agent };
  const beganAtUnixMs = Date.now();
  const end = () => ({ sent, beganAtUnixMs, endedAtUnixMs: Date.now() });
  if (sent.kind === 'raw') {
    const { answers, silence } = await sendRaw(sent, target);
    return { ...end(), answers, ...(silence !== undefined && { silence }) };
  }
  const answer = await sendChat(sent, target);
  return typeof answer === 'string'
    ? { ...end(), answers: [], silence: answer }
    : { ...end(), answers: [answer] };
}

function longest(stalls: readonly Stall[]): Stall | null {
  return stalls.reduce<Stall | null>(
    (most, stall) => (most === null || stall.busyMs > most.busyMs ? stall : most),
    null,
  );
}

const goodRequest: ChatCase = {
  kind: 'chat',
  index: -1,
  what: 'a good request',
  headers: [
    ['authorization', `Bearer ${keyPlaceholder}`],
    ['content-type', 'application/json'],
  ],
  body: Buffer.from('{"model":"gpt-4o-mini","max_tokens":8,"messages":[{"role":"user","content":"Hello"}]}'),
};
