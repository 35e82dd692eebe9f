import { Metadata } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { apiKeyDigest, parseApiKey } from '@tokenroute/api-key';
import {
  type ApiKey,
  AuthServiceClient,
  KeyChanged,
  KeyRefusal,
  subjects,
  type ValidateKeyResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  callUnary,
  grpcChannel,
  type Logger,
  metadataOf,
  type NatsConnection,
  type Span,
  SpanKind,
  withSpan,
} from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { FailedAuthentications } from '../limits/failed-authentications.js';
import { CONFIG, LOGGER, NATS } from '../tokens.js';
import { bearerToken } from './bearer-token.js';
import { type CachedVerdict, KeyCache, type KeyVerdict } from './key-cache.js';
import { KeyRefreshes } from './key-refreshes.js';
import { KeyUses } from './key-uses.js';

/** How long a verdict is used without asking again: the bound of a revocation whose push was lost. */
const freshMs = 8_000;
/** From when on auth is asked while what is known still serves: the customers of a busy key never wait for the answer. */
const refreshMs = 6_000;
/** How long a key that was valid is trusted while auth does not answer. */
const outageMs = 5 * 60_000;
const validateKeySpan = {
  kind: SpanKind.CLIENT,
  attributes: { 'rpc.system': 'grpc', 'rpc.method': 'validateKey' },
};
/** Valid ones; as many refused ones again. */
const maxCachedKeys = 50_000;

/** Answers for keys: from memory while fresh, from auth otherwise, one question at a time per key. */
@Injectable()
export class KeyAuthenticator implements OnModuleInit, OnApplicationShutdown {
  private readonly client: AuthServiceClient;
  private readonly cache = new KeyCache(maxCachedKeys);
  private readonly asking = new Map<string, Promise<KeyVerdict>>();
  private readonly refreshes = new KeyRefreshes(
    (digests) => this.fetchVerdicts(digests),
    (id, verdict, askedAtMs) => this.cache.set(id, verdict, askedAtMs),
  );

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly failures: FailedAuthentications,
    private readonly uses: KeyUses,
  ) {
    this.client = new AuthServiceClient(config.AUTH_ADDRESS, ...grpcChannel(config, 'auth'));
  }

  onModuleInit(): void {
    this.nats.subscribe(subjects.keyChanged, {
      callback: (error, message) => {
        if (error) this.logger.warn({ err: error }, 'keys: subscription failed');
        else this.forget(Buffer.from(KeyChanged.decode(message.data).keyDigest).toString('hex'));
      },
    });
  }

  onApplicationShutdown(): void {
    this.refreshes.end();
    this.client.close();
  }

  /** The key behind an Authorization header when there is nothing to wait for; null: authenticate it. */
  remembered(authorization: string | undefined): ApiKey | null {
    const id = apiKeyDigest(bearerToken(authorization)).toString('hex');
    const cached = this.cache.get(id);
    return cached?.verdict.kind === 'valid' && ageMsOf(cached) < refreshMs
      ? this.admit(cached.verdict)
      : null;
  }

  /**
   * The key behind an Authorization header.
   * @param address where the client is, the same for all addresses that it can have at will
   * @param span of the request that asks
   * @throws Fault authentication for a missing, malformed, unknown, revoked or expired key; rate-limited when too many such
   * came from the address, unless this one was valid lately; unavailable when auth does not answer for a key that was not
   * seen lately
   */
  async authenticate(
    authorization: string | undefined,
    address: string,
    span: Span | null = null,
  ): Promise<ApiKey> {
    const token = bearerToken(authorization);
    const digest = apiKeyDigest(token);
    const id = digest.toString('hex');
    if (this.cache.get(id)?.verdict.kind === 'valid')
      return this.admit(await this.verdictOf(id, digest, span));
    this.failures.requireRoom(address);
    try {
      if (parseApiKey(token).kind === 'malformed') throw incorrectKey();
      return this.admit(await this.verdictOf(id, digest, span));
    } catch (error) {
      if (error instanceof Fault && error.code === 'authentication') this.failures.failed(address);
      throw error;
    }
  }

  private admit(verdict: KeyVerdict): ApiKey {
    if (verdict.kind === 'refused') throw refusedKey(verdict.refusal);
    // A cached verdict may be older than the key's last moment.
    if (verdict.key.expiresAt && verdict.key.expiresAt.getTime() <= Date.now()) {
      throw refusedKey(KeyRefusal.KEY_REFUSAL_EXPIRED);
    }
    this.uses.used(verdict.key.id);
    return verdict.key;
  }

  private async verdictOf(id: string, digest: Buffer, span: Span | null): Promise<KeyVerdict> {
    const cached = this.cache.get(id);
    const ageMs = cached ? ageMsOf(cached) : Number.POSITIVE_INFINITY;
    if (cached && ageMs < freshMs) {
      if (ageMs >= refreshMs && cached.verdict.kind === 'valid') this.refreshes.add(id, digest);
      return cached.verdict;
    }
    try {
      return await this.ask(id, digest, span);
    } catch (error) {
      if (cached?.verdict.kind === 'valid' && ageMs < outageMs) return cached.verdict;
      throw error;
    }
  }

  private ask(id: string, digest: Buffer, span: Span | null): Promise<KeyVerdict> {
    const underWay = this.asking.get(id);
    if (underWay) return underWay;
    const askedAtMs = performance.now();
    const question: Promise<KeyVerdict> = this.fetchVerdict(digest, span)
      .then((verdict) => {
        // A change that was told while auth answered may not be in the answer: it is for those who waited, no longer.
        if (this.asking.get(id) === question) this.cache.set(id, verdict, askedAtMs);
        return verdict;
      })
      .finally(() => {
        if (this.asking.get(id) === question) this.asking.delete(id);
      });
    this.asking.set(id, question);
    return question;
  }

  private forget(id: string): void {
    this.cache.delete(id);
    this.asking.delete(id);
    this.refreshes.forget(id);
  }

  private async fetchVerdict(digest: Buffer, parent: Span | null): Promise<KeyVerdict> {
    const validateKey = this.client.validateKey.bind(this.client);
    const { AUTH_TIMEOUT_MS } = this.config;
    return withSpan(parent, 'AuthService/validateKey', validateKeySpan, async (span) =>
      toVerdict(await callUnary(validateKey, { keyDigest: digest }, metadataOf(span), AUTH_TIMEOUT_MS)),
    );
  }

  private async fetchVerdicts(keyDigests: Buffer[]): Promise<KeyVerdict[]> {
    const validateKeys = this.client.validateKeys.bind(this.client);
    const { results } = await callUnary(
      validateKeys,
      { keyDigests },
      new Metadata(),
      this.config.AUTH_TIMEOUT_MS,
    );
    return results.map(toVerdict);
  }
}

function toVerdict({ result }: ValidateKeyResponse): KeyVerdict {
  return result?.$case === 'valid'
    ? { kind: 'valid', key: result.value }
    : { kind: 'refused', refusal: result?.value ?? KeyRefusal.KEY_REFUSAL_UNKNOWN };
}

function ageMsOf({ fetchedAtMs }: CachedVerdict): number {
  return performance.now() - fetchedAtMs;
}

function incorrectKey(): Fault {
  return new Fault('authentication', 'Incorrect API key provided.');
}

function refusedKey(refusal: KeyRefusal): Fault {
  switch (refusal) {
    case KeyRefusal.KEY_REFUSAL_REVOKED:
      return new Fault('authentication', 'This API key has been revoked.');
    case KeyRefusal.KEY_REFUSAL_EXPIRED:
      return new Fault('authentication', 'This API key has expired.');
    case KeyRefusal.KEY_REFUSAL_DISABLED:
      return new Fault('authentication', 'This API key is disabled.');
    case KeyRefusal.KEY_REFUSAL_UNKNOWN:
    case KeyRefusal.KEY_REFUSAL_UNSPECIFIED:
    case KeyRefusal.UNRECOGNIZED:
      return incorrectKey();
    default:
      return refusal satisfies never;
  }
}
