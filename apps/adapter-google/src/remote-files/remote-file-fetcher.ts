import { isIP } from 'node:net';
import { Fault } from '@tokenroute/faults';
import { Agent, type Dispatcher } from 'undici';
import { guardedLookup, type ResolveAddresses } from './guarded-lookup.js';
import { mediaTypeOf } from './media-types.js';
import { isPublicAddress } from './public-address.js';
import type { FetchedFile, FetchedFiles, RemoteFile } from './remote-file.js';

export interface FetchLimits {
  maxFiles: number;
  /** Of all files of one request together. */
  maxBytes: number;
  /** For all files of one request, from the first name resolved to the last byte: slow senders are cut off too. */
  timeoutMs: number;
  maxRedirects: number;
  /** Requests with files under way at once, in this process. */
  maxConcurrent: number;
}

/** Replaced in tests alone; nothing of it can be configured. */
export interface FetchSurroundings {
  isAllowedAddress?: (address: string) => boolean;
  resolve?: ResolveAddresses;
}

/**
 * Fetches files that customers name (rule 40). Whoever chooses an address chooses where this server connects to: so
 * only public addresses, checked at every connection, and everything else bounded.
 */
export class RemoteFileFetcher {
  private readonly agent: Agent;
  private readonly isAllowedAddress: (address: string) => boolean;
  private concurrent = 0;

  constructor(
    private readonly limits: FetchLimits,
    surroundings: FetchSurroundings = {},
  ) {
    this.isAllowedAddress = surroundings.isAllowedAddress ?? isPublicAddress;
    this.agent = new Agent({
      connect: {
        lookup: guardedLookup(this.isAllowedAddress, surroundings.resolve),
        timeout: limits.timeoutMs,
      },
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
      keepAliveTimeout: 1_000,
      maxHeaderSize: 16_384,
    });
  }

  /**
   * @throws Fault invalid-request naming the part whose file cannot be had; unavailable when too many are under way;
   * the signal's reason when it is aborted
   */
  async fetchAll(files: readonly RemoteFile[], signal: AbortSignal): Promise<FetchedFiles> {
    const beyond = files[this.limits.maxFiles];
    if (beyond) throw refusal(beyond, `is one of more than ${this.limits.maxFiles} files to be fetched`);
    if (files.length === 0) return new Map();
    if (this.concurrent >= this.limits.maxConcurrent) {
      const message = 'Too many files are being fetched. Please try again.';
      throw new Fault('unavailable', message, { retryAfterSeconds: 1 });
    }
    this.concurrent += 1;
    try {
      return await this.fetchTogether(files, signal);
    } finally {
      this.concurrent -= 1;
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async fetchTogether(files: readonly RemoteFile[], signal: AbortSignal): Promise<FetchedFiles> {
    const failed = new AbortController();
    const late = AbortSignal.timeout(this.limits.timeoutMs);
    const ends = AbortSignal.any([signal, late, failed.signal]);
    const left = { bytes: this.limits.maxBytes };
    try {
      return new Map(
        await Promise.all(
          files.map(async (file) => [file.param, await this.fetchOne(file, left, ends)] as const),
        ),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      // One that failed fails the request: the others need not go on.
      failed.abort();
    }
  }

  private async fetchOne(
    file: RemoteFile,
    left: { bytes: number },
    signal: AbortSignal,
  ): Promise<FetchedFile> {
    try {
      const { headers, body } = await this.follow(file, signal);
      const bytes = await this.read(file, headers, body, left);
      const contentType = headers['content-type'];
      const mimeType = mediaTypeOf(
        typeof contentType === 'string' ? contentType : undefined,
        bytes,
        file.kind,
      );
      if (mimeType === undefined) throw refusal(file, 'is not of a type that is taken there');
      return { mimeType, data: bytes.toString('base64') };
    } catch (error) {
      throw error instanceof Fault ? error : this.unreachable(file, error);
    }
  }

  /** Asks, and asks again where it is told to: every hop is checked like the first. */
  private async follow(file: RemoteFile, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = this.checked(file, file.url);
    for (let hops = 0; hops <= this.limits.maxRedirects; hops += 1) {
      const response = await this.agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'tokenroute' },
        signal,
      });
      if (response.statusCode === 200) return response;
      response.body.on('error', () => undefined).destroy();
      const { location } = response.headers;
      if (![301, 302, 303, 307, 308].includes(response.statusCode) || typeof location !== 'string') {
        throw refusal(file, `answered with status ${response.statusCode}`);
      }
      url = this.checked(file, location, url);
    }
    throw refusal(file, `redirects more than ${this.limits.maxRedirects} times`);
  }

  private checked(file: RemoteFile, address: string, from?: URL): URL {
    if (!URL.canParse(address, from?.href)) throw refusal(file, 'is not a URL');
    // Decimal, octal and hexadecimal hosts come out of the URL parser as ordinary IPv4 addresses.
    const url = new URL(address, from);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refusal(file, 'is not an http(s) URL');
    if (url.username !== '' || url.password !== '') throw refusal(file, 'has a user name in it');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // An address needs no resolving: the lookup never sees it.
    if (isIP(host) !== 0 && !this.isAllowedAddress(host)) throw this.unreachable(file, `address ${host}`);
    return url;
  }

  private async read(
    file: RemoteFile,
    headers: Dispatcher.ResponseData['headers'],
    body: Dispatcher.ResponseData['body'],
    left: { bytes: number },
  ): Promise<Buffer> {
    const tooLarge = () => refusal(file, `makes the files larger than ${this.limits.maxBytes} bytes`);
    const pieces: Buffer[] = [];
    try {
      const encoding = headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') throw refusal(file, 'is sent compressed');
      if (Number(headers['content-length'] ?? 0) > left.bytes) throw tooLarge();
      for await (const piece of body) {
        left.bytes -= (piece as Buffer).length;
        if (left.bytes < 0) throw tooLarge();
        pieces.push(piece as Buffer);
      }
    } finally {
      body.on('error', () => undefined).destroy();
    }
    return Buffer.concat(pieces);
  }

  /** The same words whatever the reason: they must not tell what stands inside our network. */
  private unreachable(file: RemoteFile, error: unknown): Fault {
    const internal = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return refusal(file, 'could not be fetched from a public address in time', internal);
  }
}

function refusal({ param }: RemoteFile, what: string, internal?: string): Fault {
  return new Fault('invalid-request', `The file of ${param} ${what}.`, { param, internal });
}
