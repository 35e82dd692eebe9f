/** What a reader of answers is told, in order. */
export interface AnswerListener {
  /** SSE events that one read brought; the time is the listener's to take. */
  events(count: number): void;
  /** The answer is complete. `failure` says why it is not the one that was wanted. */
  end(failure: string | null): void;
}

/** A 503 that says when to come back: the failure that a load above the capacity has to meet. */
export const refused = 'status 503 with Retry-After';

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const done = Buffer.from('data: [DONE]\n\n');
const newline = 10;

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'last-chunk';

/**
 * Reads HTTP/1.1 answers from the pieces of one connection with as little work as possible: status and length, the
 * number of SSE events, and whether the last of them is `[DONE]`.
 */
export class AnswerReader {
  private state: State = 'head';
  private pending: Buffer | null = null;
  private status = 0;
  private left = 0;
  private isStream = false;
  private saysWhenToRetry = false;
  private lastByte = 0;
  private tail: Buffer = Buffer.alloc(0);
  private events = 0;

  constructor(private readonly listener: AnswerListener) {}

  push(bytes: Buffer): void {
    let rest: Buffer = this.pending === null ? bytes : Buffer.concat([this.pending, bytes]);
    this.pending = null;
    while (rest.length > 0 || (this.state === 'sized' && this.left === 0)) {
      const used = this.step(rest);
      if (used === undefined) {
        this.pending = rest;
        break;
      }
      rest = rest.subarray(used);
    }
    this.tellEvents();
  }

  /** @returns how many bytes were read, undefined when more are needed */
  private step(bytes: Buffer): number | undefined {
    switch (this.state) {
      case 'head':
        return this.readHead(bytes);
      case 'sized':
      case 'chunk':
        return this.readBody(bytes);
      case 'chunk-size':
        return this.readChunkSize(bytes);
      case 'chunk-end':
        return this.skipLineEnd(bytes, 'chunk-size');
      case 'last-chunk':
        return this.skipLineEnd(bytes, 'head');
      default:
        return this.state satisfies never;
    }
  }

  private readHead(bytes: Buffer): number | undefined {
    const end = bytes.indexOf(headEnd);
    if (end < 0) return undefined;
    const head = bytes.toString('latin1', 0, end).toLowerCase();
    this.status = Number(head.slice(9, 12));
    this.isStream = head.includes('text/event-stream');
    this.saysWhenToRetry = /\r\nretry-after: *[1-9]/.test(head);
    const length = /content-length: *(\d+)/.exec(head)?.[1];
    this.left = Number(length ?? 0);
    this.state = length === undefined ? 'chunk-size' : 'sized';
    return end + headEnd.length;
  }

  private readBody(bytes: Buffer): number {
    const count = Math.min(this.left, bytes.length);
    if (this.isStream) this.countEvents(bytes.subarray(0, count));
    this.left -= count;
    if (this.left > 0) return count;
    if (this.state === 'sized') this.finish();
    else this.state = 'chunk-end';
    return count;
  }

  private readChunkSize(bytes: Buffer): number | undefined {
    const end = bytes.indexOf(lineEnd);
    if (end < 0) return undefined;
    this.left = Number.parseInt(bytes.toString('latin1', 0, end), 16);
    this.state = this.left === 0 ? 'last-chunk' : 'chunk';
    return end + lineEnd.length;
  }

  private skipLineEnd(bytes: Buffer, next: State): number | undefined {
    if (bytes.length < lineEnd.length) return undefined;
    this.state = next;
    if (next === 'head') this.finish();
    return lineEnd.length;
  }

  private countEvents(bytes: Buffer): void {
    let at = bytes.indexOf(newline);
    while (at >= 0) {
      if ((at === 0 ? this.lastByte : bytes[at - 1]) === newline) this.events += 1;
      at = bytes.indexOf(newline, at + 1);
    }
    this.lastByte = bytes[bytes.length - 1]!;
    this.tail =
      bytes.length >= done.length
        ? bytes.subarray(-done.length)
        : Buffer.concat([this.tail, bytes]).subarray(-done.length);
  }

  private tellEvents(): void {
    if (this.events === 0) return;
    const count = this.events;
    this.events = 0;
    this.listener.events(count);
  }

  private finish(): void {
    this.tellEvents();
    const failure = this.failure();
    this.state = 'head';
    this.tail = Buffer.alloc(0);
    this.lastByte = 0;
    this.listener.end(failure);
  }

  private failure(): string | null {
    if (this.status === 503 && this.saysWhenToRetry) return refused;
    if (this.status !== 200) return `status ${this.status}`;
    return this.isStream && !this.tail.equals(done) ? 'a stream without [DONE]' : null;
  }
}
