import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { startOwnServers } from './own-servers.js';
import { testServers } from './test-servers.js';

test('the shared servers are real and answer', async () => {
  const { redisUrl, natsUrl } = testServers();
  const redis = new Redis(redisUrl);
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();
  const nats = await connect({ servers: natsUrl });
  await nats.flush();
  expect(nats.info?.jetstream).toBe(true);
  await nats.close();
});

test('own servers are others than the shared ones', async () => {
  const own = await startOwnServers(['nats'], `${testServers().folder}/own-nats`);
  expect(own.nats.url).not.toBe(testServers().natsUrl);
  const nats = await connect({ servers: own.nats.url });
  await nats.close();
  await own.nats.stop();
  await expect(connect({ servers: own.nats.url, timeout: 1_000 })).rejects.toThrow();
});
