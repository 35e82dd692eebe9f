import { createHash } from 'node:crypto';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { generateApiKey } from '@tokenroute/api-key';
import { AuthServiceService, KeyRefusal, type ValidateKeyResponse } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { FailedAuthentications } from '../limits/failed-authentications.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyUses } from './key-uses.js';

/** Over an auth service that knows no key, and keeps the bytes of every question. */
describe('what the gateway tells auth of a key', () => {
  const { validateKey } = AuthServiceService;
  const questions: Buffer[] = [];
  const server = new Server();
  let keys: KeyAuthenticator;

  beforeAll(async () => {
    const refused: ValidateKeyResponse = {
      result: { $case: 'refused', value: KeyRefusal.KEY_REFUSAL_UNKNOWN },
    };
    server.addService(
      { validateKey: { ...validateKey, requestDeserialize: (bytes: Buffer) => bytes } },
      {
        validateKey: (
          { request }: ServerUnaryCall<Buffer, ValidateKeyResponse>,
          callback: sendUnaryData<ValidateKeyResponse>,
        ) => {
          questions.push(request);
          callback(null, refused);
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const config = { AUTH_ADDRESS: `127.0.0.1:${port}`, AUTH_TIMEOUT_MS: 10_000 } as GatewayConfig;
    const nats = {} as NatsConnection;
    const failures = new FailedAuthentications(1_000);
    keys = new KeyAuthenticator(config, nats, {} as Logger, failures, new KeyUses(nats));
  });

  beforeEach(() => {
    questions.length = 0;
  });

  afterAll(() => {
    keys.onApplicationShutdown();
    server.forceShutdown();
  });

  const ask = (key: string) => keys.authenticate(`Bearer ${key}`, '192.0.2.1');

  test('is its SHA-256 digest and nothing else, so that no character of it is ever compared', async () => {
    const key = generateApiKey();
    await expect(ask(key)).rejects.toMatchObject({ code: 'authentication' });
    const digest = createHash('sha256').update(key).digest();
    // Field 1, 32 bytes: all there is in the message.
    expect(questions).toEqual([Buffer.concat([Buffer.from([0x0a, 32]), digest])]);
  });

  test('is nothing when its checksum is wrong', async () => {
    const key = generateApiKey();
    await expect(ask(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'))).rejects.toMatchObject({
      code: 'authentication',
    });
    expect(questions).toEqual([]);
  });

  test('is told once for many requests at the same time', async () => {
    const key = generateApiKey();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => ask(key)));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(questions).toHaveLength(1);
  });

  test('is told once for one that nobody has, as long as that is fresh', async () => {
    const key = generateApiKey();
    for (let time = 0; time < 3; time += 1)
      await expect(ask(key)).rejects.toMatchObject({ code: 'authentication' });
    expect(questions).toHaveLength(1);
  });
});
