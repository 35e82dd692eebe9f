import { apiKeyDigest, displayApiKey, generateApiKey } from '@tokenroute/api-key';
import {
  type CreateKeyRequest,
  type CreateKeyResponse,
  KeyRefusal,
  type ListKeyEventsRequest,
  type ListKeyEventsResponse,
  type ListKeysRequest,
  type ListKeysResponse,
  type RevokeKeyRequest,
  type RevokeKeyResponse,
  type RotateKeyRequest,
  type RotateKeyResponse,
  type UpdateKeyRequest,
  type UpdateKeyResponse,
  type ValidateKeyRequest,
  type ValidateKeyResponse,
  type ValidateKeysRequest,
  type ValidateKeysResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { v7 as uuidV7 } from 'uuid';
import { fromCreateKeyRequest, type KeySettings } from './from-create-key-request.js';
import { fromUpdateKeyRequest } from './from-update-key-request.js';
import type { KeyChanges } from './key-changes.js';
import { authorOf, digestOf, digestsOf, keyStatusAt, overlapOf, uuidOf } from './key-rules.js';
import type { KeyReference, KeysRepository, NewKey, StoredKey } from './keys.repository.js';
import { toApiKeyMessage } from './to-api-key-message.js';

export class KeysService {
  constructor(
    private readonly keys: KeysRepository,
    private readonly changes: KeyChanges,
    private readonly now: () => Date,
  ) {}

  async validateKey(request: ValidateKeyRequest): Promise<ValidateKeyResponse> {
    const digest = digestOf(request.keyDigest, 'key_digest');
    const [key] = await this.keys.findByDigests([digest]);
    return this.verdictOn(key);
  }

  async validateKeys(request: ValidateKeysRequest): Promise<ValidateKeysResponse> {
    const digests = digestsOf(request.keyDigests, 'key_digests');
    const keys = await this.keys.findByDigests(digests);
    const byDigest = new Map(keys.map((key) => [hexOf(key.digest), key]));
    return { results: digests.map((digest) => this.verdictOn(byDigest.get(hexOf(digest)))) };
  }

  async createKey(request: CreateKeyRequest): Promise<CreateKeyResponse> {
    const createdAt = this.now();
    const settings = fromCreateKeyRequest(request, createdAt);
    const { secret, key: drawn } = drawKey(settings, createdAt);
    const key = await this.keys.create(drawn, authorOf(request.author));
    // Somebody may have tried the key before it existed, and remember it as unknown.
    await this.changes.announce(key.id, drawn.digest);
    return { key: toApiKeyMessage(key), secret };
  }

  async listKeys(request: ListKeysRequest): Promise<ListKeysResponse> {
    const keys = await this.keys.listByAccount(uuidOf(request.accountId, 'account_id'));
    return { keys: keys.map(toApiKeyMessage) };
  }

  async revokeKey(request: RevokeKeyRequest): Promise<RevokeKeyResponse> {
    const key = await this.keys.revoke(referenceOf(request), this.now(), authorOf(request.author));
    if (!key) throw unknownKey();
    // Also when it was revoked before: a repeat makes up for an announcement that was lost.
    await this.changes.announce(key.id, Buffer.from(key.digest));
    return { key: toApiKeyMessage(key) };
  }

  async updateKey(request: UpdateKeyRequest): Promise<UpdateKeyResponse> {
    const now = this.now();
    const change = fromUpdateKeyRequest(request, now);
    const reference = referenceOf({ id: request.key!.id, accountId: request.accountId });
    const update = await this.keys.update(reference, change, now, authorOf(request.author));
    if (!update) throw unknownKey();
    if (update.kind === 'ended') throw endedKey();
    await this.changes.announce(update.key.id, Buffer.from(update.key.digest));
    return { key: toApiKeyMessage(update.key) };
  }

  async rotateKey(request: RotateKeyRequest): Promise<RotateKeyResponse> {
    const at = this.now();
    const overlapMs = overlapOf(request.overlapSeconds, 'overlap_seconds') * 1_000;
    let secret = '';
    const rotation = await this.keys.rotate(
      referenceOf(request),
      { at, overlapMs, author: authorOf(request.author) },
      (old) => {
        const drawn = drawKey(settingsOf(old), at);
        secret = drawn.secret;
        return drawn.key;
      },
    );
    if (!rotation) throw unknownKey();
    if (rotation.kind === 'ended') throw endedKey();
    for (const { id, digest } of [rotation.key, rotation.oldKey])
      await this.changes.announce(id, Buffer.from(digest));
    return { key: toApiKeyMessage(rotation.key), secret, oldKey: toApiKeyMessage(rotation.oldKey) };
  }

  async listKeyEvents(request: ListKeyEventsRequest): Promise<ListKeyEventsResponse> {
    const events = await this.keys.events(referenceOf(request));
    if (!events) throw unknownKey();
    return {
      events: events.map(({ kind, at, author, address, detail }) => ({
        ...{ kind, at, detail: JSON.stringify(detail) },
        author: { name: author, address },
      })),
    };
  }

  private verdictOn(key: StoredKey | undefined): ValidateKeyResponse {
    return { result: key ? this.resultFor(key) : refusal(KeyRefusal.KEY_REFUSAL_UNKNOWN) };
  }

  private resultFor(key: StoredKey): ValidateKeyResponse['result'] {
    const status = keyStatusAt(key, this.now());
    switch (status) {
      case 'valid':
        return { $case: 'valid', value: toApiKeyMessage(key) };
      case 'revoked':
        return refusal(KeyRefusal.KEY_REFUSAL_REVOKED);
      case 'expired':
        return refusal(KeyRefusal.KEY_REFUSAL_EXPIRED);
      case 'disabled':
        return refusal(KeyRefusal.KEY_REFUSAL_DISABLED);
      default:
        return status satisfies never;
    }
  }
}

function refusal(value: KeyRefusal): ValidateKeyResponse['result'] {
  return { $case: 'refused', value };
}

function hexOf(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex');
}

function drawKey(settings: KeySettings, createdAt: Date): { secret: string; key: NewKey } {
  const secret = generateApiKey();
  const digest = apiKeyDigest(secret);
  return {
    secret,
    key: { ...settings, id: uuidV7(), digest, display: displayApiKey(secret), createdAt },
  };
}

/** What a successor takes over. */
function settingsOf(key: StoredKey): KeySettings {
  const { accountId, name, requestsPerMinute, tokensPerMinute, allowedModels } = key;
  const { expiresAt, monthlyBudgetNanoUsd } = key;
  return {
    ...{ accountId, name, requestsPerMinute, tokensPerMinute, allowedModels },
    ...{ expiresAt, monthlyBudgetNanoUsd },
  };
}

function referenceOf({ id, accountId }: { id: string; accountId: string }): KeyReference {
  return { id: uuidOf(id, 'id'), accountId: accountId === '' ? null : uuidOf(accountId, 'account_id') };
}

function unknownKey(): Fault {
  return new Fault('not-found', 'There is no key with this id.', { param: 'id' });
}

function endedKey(): Fault {
  return new Fault('conflict', 'This key has been revoked or has expired: create another one.', {
    param: 'id',
  });
}
