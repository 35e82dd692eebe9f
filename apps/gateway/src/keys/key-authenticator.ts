import { credentials, Metadata } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { apiKeyDigest, parseApiKey } from '@tokenroute/api-key';
import { type ApiKey, AuthServiceClient, KeyChanged, KeyRefusal, subjects } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { callUnary, grpcClientOptions, type Logger, type NatsConnection } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { CONFIG, LOGGER, NATS } from '../tokens.js';
import { bearerToken } from './bearer-token.js';
import { KeyCache, type KeyVerdict } from './key-cache.js';

/** How long a verdict is used without asking again: the bound of a revocation whose push was lost. */
const freshMs = 10_000;
/** How long a key that was valid is trusted while auth does not answer. */
const outageMs = 5 * 60_000;
const maxCachedKeys = 50_000;

/** Answers for keys: from memory while fresh, from auth otherwise, one question at a time per key. */
@Injectable()
export class KeyAuthenticator implements OnModuleInit, OnApplicationShutdown {
  private readonly client: AuthServiceClient;
  private readonly cache = new KeyCache(maxCachedKeys);
  private readonly asking = new Map<string, Promise<KeyVerdict>>();

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.client = new AuthServiceClient(config.AUTH_ADDRESS, credentials.createInsecure(), grpcClientOptions);
  }

  onModuleInit(): void {
    this.nats.subscribe(subjects.keyChanged, {
      callback: (error, message) => {
        if (error) this.logger.warn({ err: error }, 'keys: subscription failed');
        else this.cache.delete(Buffer.from(KeyChanged.decode(message.data).keyDigest).toString('hex'));
      },
    });
  }

  onApplicationShutdown(): void {
    this.client.close();
  }

  /**
   * The key behind an Authorization header.
   * @throws Fault authentication for a missing, malformed, unknown, revoked or expired key; unavailable when auth does
   * not answer for a key that was not seen lately
   */
  async authenticate(authorization: string | undefined): Promise<ApiKey> {
    const token = bearerToken(authorization);
    if (parseApiKey(token).kind === 'malformed') throw incorrectKey();
    const digest = apiKeyDigest(token);
    return this.admit(await this.verdictOf(digest.toString('hex'), digest));
  }

  private admit(verdict: KeyVerdict): ApiKey {
    if (verdict.kind === 'refused') throw refusedKey(verdict.refusal);
    // A cached verdict may be older than the key's last moment.
    if (verdict.key.expiresAt && verdict.key.expiresAt.getTime() <= Date.now()) {
      throw refusedKey(KeyRefusal.KEY_REFUSAL_EXPIRED);
    }
    return verdict.key;
  }

  private async verdictOf(id: string, digest: Buffer): Promise<KeyVerdict> {
    const cached = this.cache.get(id);
    const ageMs = cached ? performance.now() - cached.fetchedAtMs : Number.POSITIVE_INFINITY;
    if (cached && ageMs < freshMs) return cached.verdict;
    try {
      return await this.ask(id, digest);
    } catch (error) {
      if (cached?.verdict.kind === 'valid' && ageMs < outageMs) return cached.verdict;
      throw error;
    }
  }

  private ask(id: string, digest: Buffer): Promise<KeyVerdict> {
    const underWay = this.asking.get(id);
    if (underWay) return underWay;
    const question = this.fetchVerdict(id, digest).finally(() => this.asking.delete(id));
    this.asking.set(id, question);
    return question;
  }

  private async fetchVerdict(id: string, digest: Buffer): Promise<KeyVerdict> {
    const validateKey = this.client.validateKey.bind(this.client);
    const { result } = await callUnary(
      validateKey,
      { keyDigest: digest },
      new Metadata(),
      this.config.AUTH_TIMEOUT_MS,
    );
    const verdict: KeyVerdict =
      result?.$case === 'valid'
        ? { kind: 'valid', key: result.value }
        : { kind: 'refused', refusal: result?.value ?? KeyRefusal.KEY_REFUSAL_UNKNOWN };
    this.cache.set(id, verdict, performance.now());
    return verdict;
  }
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
    case KeyRefusal.KEY_REFUSAL_UNKNOWN:
    case KeyRefusal.KEY_REFUSAL_UNSPECIFIED:
    case KeyRefusal.UNRECOGNIZED:
      return incorrectKey();
    default:
      return refusal satisfies never;
  }
}
