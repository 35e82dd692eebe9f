import type { ServerResponse } from 'node:http';
import type { Journal, JournalEntry } from './journal.js';
import type { Frame } from './provider.js';
import type { Script } from './script.js';

const FRAMES_PER_TURN = 64;
const SSE_COMMENT = ': keep-alive\n\n';

/** Puts one answer on the socket, with what the script does to it, and keeps its journal entry exact. */
export class Delivery {
  /** The client left, or the script broke the connection. */
  private over = false;
  private broken = false;
  private sent = 0;
  private wake: (() => void) | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly entry: JournalEntry,
    journal: Journal,
    private readonly script: Script,
  ) {
    response.on('close', () => {
      this.over = true;
      if (response.writableFinished) entry.complete = !this.broken;
      else if (!this.broken) entry.clientGoneAt = Date.now();
      this.wake?.();
      journal.ended(entry);
    });
  }

  /** Waits for `ttfb` and obeys `reset`; false when there is nobody left to answer. */
  async begin(): Promise<boolean> {
    if (this.script.ttfbMs) await this.pause(this.script.ttfbMs);
    if (this.script.reset) this.break();
    return !this.over;
  }

  get waits(): boolean {
    return this.script.ttfbMs !== undefined || this.script.reset === true;
  }

  error(status: number, headers: Record<string, string>, body: string): void {
    this.entry.status = status;
    this.response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.response.end(body, () => this.count(Buffer.byteLength(body), 0, false));
  }

  plain(
    headers: Record<string, string>,
    body: string,
    tokens: number,
    hasUsage: boolean,
  ): void | Promise<void> {
    const text = this.script.invalidJson ? body.slice(0, Math.floor(body.length / 2)) : body;
    this.entry.status = 200;
    this.response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) });
    if (this.script.invalidJson) this.broken = true;
    if (this.needsCare()) return this.plainWithCare(text, tokens, hasUsage);
    this.response.end(text, () => this.count(Buffer.byteLength(text), tokens, hasUsage));
  }

  async stream(
    headers: Record<string, string>,
    frames: Iterable<Frame>,
    errorFrame: () => Frame,
    form: 'sse' | 'json-array',
  ): Promise<void> {
    const { script } = this;
    this.entry.status = 200;
    this.response.writeHead(200, headers);
    if (script.stall) return this.stall();
    let content = 0;
    let written = 0;
    for (const frame of frames) {
      const atBreak = (after: number | undefined): boolean =>
        after !== undefined && (frame.kind === 'content' ? content === after : frame.kind !== 'start');
      if (atBreak(script.stallAfter)) return this.stall();
      if (atBreak(script.errorInStream)) {
        await this.send(this.encode(errorFrame(), form, written), 0, false);
        return this.endBroken();
      }
      if (script.noFinish && frame.kind === 'finish') return this.endBroken();
      if (script.noDone && frame.kind === 'done') {
        this.broken = true;
        continue;
      }
      if (frame.kind === 'content' && content++ > 0 && script.chunkDelayMs)
        await this.pause(script.chunkDelayMs);
      if (this.over) return;
      const spoilt = script.invalidJson && !this.broken && (content === 2 || frame.kind === 'finish');
      if (spoilt) this.broken = true;
      const text = this.encode(spoilt ? { ...frame, data: frame.data.slice(0, -3) } : frame, form, written++);
      const flowing = this.send(text, spoilt ? 0 : frame.tokens, !spoilt && frame.usage === true);
      if (flowing !== true) await flowing;
      else if (written % FRAMES_PER_TURN === 0) await this.turn();
      if (this.over) return;
    }
    if (form === 'json-array') await this.send(']', 0, false);
    if (!this.over) this.response.end();
  }

  private encode(frame: Frame, form: 'sse' | 'json-array', index: number): string {
    if (form === 'json-array') return (index === 0 ? '[' : ',\r\n') + frame.data;
    let text =
      frame.event === undefined
        ? `data: ${frame.data}\n\n`
        : `event: ${frame.event}\ndata: ${frame.data}\n\n`;
    if (this.script.comments) text = SSE_COMMENT + text;
    return this.script.crlf ? text.replaceAll('\n', '\r\n') : text;
  }

  private needsCare(): boolean {
    const { cut, split, stall, stallAfter } = this.script;
    return cut !== undefined || split !== undefined || stall === true || stallAfter !== undefined;
  }

  private async plainWithCare(text: string, tokens: number, hasUsage: boolean): Promise<void> {
    const { stall, stallAfter } = this.script;
    if (stall) return this.stall();
    if (stallAfter !== undefined) {
      await this.send(Buffer.from(text).subarray(0, stallAfter).toString('latin1'), 0, false, 'latin1');
      return this.stall();
    }
    await this.send(text, tokens, hasUsage);
    if (!this.over) this.response.end();
  }

  /** True when more may be sent at once; otherwise resolves when more may be sent or nobody is left to send to. */
  private send(
    text: string,
    tokens: number,
    hasUsage: boolean,
    encoding: BufferEncoding = 'utf8',
  ): true | Promise<void> {
    if (this.script.cut !== undefined || this.script.split !== undefined)
      return this.sendInParts(Buffer.from(text, encoding), tokens, hasUsage);
    const flowing = this.response.write(text, encoding, (error) => {
      if (!error) this.count(Buffer.byteLength(text, encoding), tokens, hasUsage);
    });
    return flowing ? true : this.drained();
  }

  private async sendInParts(bytes: Buffer, tokens: number, hasUsage: boolean): Promise<void> {
    const room = this.script.cut === undefined ? Infinity : this.script.cut - this.sent;
    const most = Math.min(bytes.length, room);
    const step = this.script.split ?? bytes.length;
    for (let at = 0; at < most && !this.over; at += step) {
      const part = bytes.subarray(at, Math.min(at + step, most));
      const last = at + part.length === bytes.length;
      await this.written(part, last ? tokens : 0, last && hasUsage);
      if (this.script.split !== undefined) await this.turn();
    }
    this.sent += most;
    if (this.script.cut !== undefined && this.sent >= this.script.cut && !this.over) {
      if (most === 0) await this.flushed();
      this.break();
    }
  }

  private written(part: Buffer, tokens: number, hasUsage: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.response.write(part, (error) => {
        if (!error) this.count(part.length, tokens, hasUsage);
        resolve();
      });
    });
  }

  private count(bytes: number, tokens: number, hasUsage: boolean): void {
    this.entry.bytesWritten += bytes;
    this.entry.tokensWritten += tokens;
    if (hasUsage) this.entry.usageWritten = true;
  }

  /** Headers go out; an empty write would not send them. */
  private async flushed(): Promise<void> {
    this.response.flushHeaders();
    await this.turn();
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      if (this.over) return resolve();
      this.wake = resolve;
      this.response.once('drain', resolve);
    });
  }

  private turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Silence until the client leaves. */
  private async stall(): Promise<void> {
    this.response.flushHeaders();
    await new Promise<void>((resolve) => {
      if (this.over) resolve();
      else this.wake = resolve;
    });
  }

  private endBroken(): void {
    this.broken = true;
    if (!this.over) this.response.end();
  }

  private break(): void {
    this.broken = true;
    this.over = true;
    this.response.destroy();
  }
}
