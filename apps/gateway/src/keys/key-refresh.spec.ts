import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { generateApiKey } from '@tokenroute/api-key';
import {
  type ApiKey,
  AuthServiceService,
  KeyRefusal,
  type ValidateKeyResponse,
  type ValidateKeysRequest,
  type ValidateKeysResponse,
} from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { FailedAuthentications } from '../limits/failed-authentications.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyUses } from './key-uses.js';

type Answer = (callback: sendUnaryData<ValidateKeyResponse>) => void;

const valid: Answer = (callback) =>
  callback(null, { result: { $case: 'valid', value: { id: 'k1', allowedModels: [] } as unknown as ApiKey } });
const revoked: Answer = (callback) =>
  callback(null, { result: { $case: 'refused', value: KeyRefusal.KEY_REFUSAL_REVOKED } });

describe('a key that is used all the time', () => {
  const server = new Server();
  const now = performance.now.bind(performance);
  let answer: Answer;
  let questions: number;
  let keys: KeyAuthenticator;
  let key: string;
  let laterMs: number;

  beforeAll(async () => {
    server.addService(AuthServiceService, {
      validateKey: (_call: unknown, callback: sendUnaryData<ValidateKeyResponse>) => {
        questions += 1;
        answer(callback);
      },
      // Of many keys, as of each of them.
      validateKeys: (
        { request }: ServerUnaryCall<ValidateKeysRequest, ValidateKeysResponse>,
        callback: sendUnaryData<ValidateKeysResponse>,
      ) => {
        questions += 1;
        answer((error, response) =>
          error ? callback(error) : callback(null, { results: request.keyDigests.map(() => response!) }),
        );
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const config = { AUTH_ADDRESS: `127.0.0.1:${port}`, AUTH_TIMEOUT_MS: 10_000 } as GatewayConfig;
    const nats = {} as NatsConnection;
    keys = new KeyAuthenticator(
      config,
      nats,
      {} as Logger,
      new FailedAuthentications(1_000),
      new KeyUses(nats),
    );
    // Only the test moves it: on a busy machine what is fresh would be stale before it was looked at.
    performance.now = () => laterMs;
  });

  beforeEach(async () => {
    laterMs = 0;
    answer = valid;
    key = generateApiKey();
    await ask();
    questions = 0;
  });

  afterAll(() => {
    performance.now = now;
    keys.onApplicationShutdown();
    server.forceShutdown();
  });

  const ask = () => keys.authenticate(`Bearer ${key}`, '192.0.2.1');
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  test('does not wait for auth while what is known of it is fresh, and is asked about once', async () => {
    let callback: sendUnaryData<ValidateKeyResponse> | null = null;
    answer = (held) => (callback = held);
    laterMs = 7_000;
    expect(await Promise.all([ask(), ask()])).toMatchObject([{ id: 'k1' }, { id: 'k1' }]);
    await until(() => callback !== null);
    expect(await ask()).toMatchObject({ id: 'k1' });
    expect(questions).toBe(1);
    valid(callback!);
  });

  test('is refused once auth has said so, although what was known before is still fresh', async () => {
    answer = revoked;
    laterMs = 7_000;
    await ask();
    let refused = false;
    while (!refused) {
      await new Promise((resolve) => setImmediate(resolve));
      refused = await ask().then(
        () => false,
        () => true,
      );
    }
    expect(questions).toBe(1);
  });

  test('waits for auth when what is known of it is not fresh', async () => {
    answer = revoked;
    laterMs = 8_100;
    await expect(ask()).rejects.toMatchObject({ code: 'authentication' });
  });

  test('is trusted while auth fails', async () => {
    answer = (callback) => callback({ code: status.UNAVAILABLE });
    laterMs = 7_000;
    await ask();
    laterMs = 60_000;
    expect(await ask()).toMatchObject({ id: 'k1' });
    expect(questions).toBeGreaterThan(0);
  });
});
