import { apiKeyDigest, displayApiKey, generateApiKey } from '@tokenroute/api-key';
import {
  type CreateKeyRequest,
  type CreateKeyResponse,
  KeyRefusal,
  type ListKeysRequest,
  type ListKeysResponse,
  type RevokeKeyRequest,
  type RevokeKeyResponse,
  type ValidateKeyRequest,
  type ValidateKeyResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { v7 as uuidV7 } from 'uuid';
import { fromCreateKeyRequest } from './from-create-key-request.js';
import type { KeyChanges } from './key-changes.js';
import { digestOf, keyStatusAt, uuidOf } from './key-rules.js';
import type { KeysRepository, StoredKey } from './keys.repository.js';
import { toApiKeyMessage } from './to-api-key-message.js';

export class KeysService {
  constructor(
    private readonly keys: KeysRepository,
    private readonly changes: KeyChanges,
    private readonly now: () => Date,
  ) {}

  async validateKey(request: ValidateKeyRequest): Promise<ValidateKeyResponse> {
    const digest = digestOf(request.keyDigest, 'key_digest');
    const key = await this.keys.findByDigest(digest);
    return { result: key ? this.resultFor(key) : refusal(KeyRefusal.KEY_REFUSAL_UNKNOWN) };
  }

  async createKey(request: CreateKeyRequest): Promise<CreateKeyResponse> {
    const createdAt = this.now();
    const settings = fromCreateKeyRequest(request, createdAt);
    const secret = generateApiKey();
    const digest = apiKeyDigest(secret);
    const key = await this.keys.create({
      ...settings,
      id: uuidV7(),
      digest,
      display: displayApiKey(secret),
      createdAt,
    });
    // Somebody may have tried the key before it existed, and remember it as unknown.
    await this.changes.announce(key.id, digest);
    return { key: toApiKeyMessage(key), secret };
  }

  async listKeys(request: ListKeysRequest): Promise<ListKeysResponse> {
    const keys = await this.keys.listByAccount(uuidOf(request.accountId, 'account_id'));
    return { keys: keys.map(toApiKeyMessage) };
  }

  async revokeKey(request: RevokeKeyRequest): Promise<RevokeKeyResponse> {
    const key = await this.keys.revoke(uuidOf(request.id, 'id'), this.now());
    if (!key) throw new Fault('not-found', 'There is no key with this id.', { param: 'id' });
    // Also when it was revoked before: a repeat makes up for an announcement that was lost.
    await this.changes.announce(key.id, Buffer.from(key.digest));
    return { key: toApiKeyMessage(key) };
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
      default:
        return status satisfies never;
    }
  }
}

function refusal(value: KeyRefusal): ValidateKeyResponse['result'] {
  return { $case: 'refused', value };
}
