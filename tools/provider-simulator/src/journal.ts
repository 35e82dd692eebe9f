import type { Usage } from './answer.js';
import type { ProviderName } from './provider.js';

export interface JournalEntry {
  sequence: number;
  /** Milliseconds since 1970: when the request had been read. */
  at: number;
  provider: ProviderName;
  path: string;
  model: string | undefined;
  id: string | undefined;
  stream: boolean;
  /** Which try of its id this was, from 1; only for scripts with `times`. */
  tries: number | undefined;
  /** HTTP status that was sent; null while none has been (and for ever, when the client left before). */
  status: number | null;
  /** What was or would have been reported; null for a request that got no answer. */
  usage: Usage | null;
  /** The usage stood in what was handed to the socket. */
  usageWritten: boolean;
  /** Output tokens of the plan whose bytes were handed to the socket in whole events. */
  tokensWritten: number;
  bytesWritten: number;
  /** The whole response, be it an error, was handed to the socket, without a scripted break. */
  complete: boolean;
  /** Milliseconds since 1970: when the client closed the connection before the response had ended. */
  clientGoneAt: number | null;
  endedAt: number | null;
}

export interface JournalFilter {
  since?: number;
  id?: string;
  limit?: number;
}

interface Waiter {
  id: string | undefined;
  since: number;
  missing: number;
  wake: () => void;
}

const CAPACITY = 200_000;

/** The last requests, in order. When it is full, each new entry drops the oldest, and `dropped` counts them. */
export class Journal {
  private readonly ring: JournalEntry[] = [];
  private sequence = 0;
  private firstKept = 1;
  private readonly waiting = new Set<Waiter>();

  constructor(private readonly capacity = CAPACITY) {}

  get last(): number {
    return this.sequence;
  }

  get dropped(): number {
    return Math.max(0, this.sequence - this.firstKept + 1 - this.ring.length);
  }

  open(provider: ProviderName, path: string): JournalEntry {
    const entry: JournalEntry = {
      sequence: ++this.sequence,
      at: Date.now(),
      provider,
      path,
      model: undefined,
      id: undefined,
      stream: false,
      tries: undefined,
      status: null,
      usage: null,
      usageWritten: false,
      tokensWritten: 0,
      bytesWritten: 0,
      complete: false,
      clientGoneAt: null,
      endedAt: null,
    };
    this.ring[(entry.sequence - this.firstKept) % this.capacity] = entry;
    return entry;
  }

  /** Must be called once for each opened entry, when nothing more will be written. */
  ended(entry: JournalEntry): void {
    entry.endedAt = Date.now();
    for (const waiter of this.waiting) {
      if (entry.sequence <= waiter.since || (waiter.id !== undefined && waiter.id !== entry.id)) continue;
      if (--waiter.missing <= 0) waiter.wake();
    }
  }

  entries(filter: JournalFilter = {}): JournalEntry[] {
    const found: JournalEntry[] = [];
    const from = Math.max((filter.since ?? 0) + 1, this.sequence - this.ring.length + 1);
    for (let sequence = from; sequence <= this.sequence; sequence++) {
      if (found.length === filter.limit) break;
      const entry = this.ring[(sequence - this.firstKept) % this.capacity];
      if (entry && (filter.id === undefined || entry.id === filter.id)) found.push(entry);
    }
    return found;
  }

  /** Resolves when `count` entries that match have ended, or after the timeout. */
  async whenEnded(filter: JournalFilter, count: number, timeoutMs: number): Promise<void> {
    const ended = this.entries({ id: filter.id, since: filter.since }).filter(
      (entry) => entry.endedAt !== null,
    );
    if (ended.length >= count) return;
    await new Promise<void>((wake) => {
      const waiter: Waiter = { id: filter.id, since: filter.since ?? 0, missing: count - ended.length, wake };
      this.waiting.add(waiter);
      const timer = setTimeout(() => waiter.wake(), timeoutMs);
      waiter.wake = () => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        wake();
      };
    });
  }

  /** Sequence numbers go on, so that a `since` taken before stays right. */
  clear(): void {
    this.ring.length = 0;
    this.firstKept = this.sequence + 1;
  }
}
