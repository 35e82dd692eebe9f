import type { IncomingHttpHeaders } from 'node:http';

export interface ReceivedRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const MAX_IDS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
const secretHeaders = new Set(['authorization', 'x-api-key', 'x-goog-api-key']);

/** What was last received under each marker id, and how often. Bounded: the ids longest unused are forgotten first. */
export class ReceivedRequests {
  private readonly last = new Map<string, ReceivedRequest>();
  private readonly triesOf = new Map<string, number>();
  private bytes = 0;

  keep(id: string, path: string, headers: IncomingHttpHeaders, body: string): void {
    this.forget(id);
    this.last.set(id, { path: withoutKey(path), headers: withoutSecrets(headers), body });
    this.bytes += body.length;
    for (const oldest of this.last.keys()) {
      if (oldest === id || (this.bytes <= MAX_BYTES && this.last.size <= MAX_IDS)) break;
      this.forget(oldest);
    }
  }

  /** Counts this try and says which it is, from 1. */
  nextTry(id: string): number {
    const tries = (this.triesOf.get(id) ?? 0) + 1;
    this.triesOf.delete(id);
    this.triesOf.set(id, tries);
    const oldest = this.triesOf.keys().next();
    if (this.triesOf.size > MAX_IDS && !oldest.done) this.triesOf.delete(oldest.value);
    return tries;
  }

  get(id: string): ReceivedRequest | undefined {
    return this.last.get(id);
  }

  clear(): void {
    this.last.clear();
    this.triesOf.clear();
    this.bytes = 0;
  }

  private forget(id: string): void {
    this.bytes -= this.last.get(id)?.body.length ?? 0;
    this.last.delete(id);
  }
}

function withoutSecrets(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    kept[name] = secretHeaders.has(name) ? '[hidden]' : String(value);
  return kept;
}

function withoutKey(path: string): string {
  return path.replace(/([?&]key=)[^&]*/, '$1[hidden]');
}
