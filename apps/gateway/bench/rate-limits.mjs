// Prints how fast the decision on a key's limits is: the table in docs/benchmarks.md. Needs a Redis: REDIS_URL.
import { Redis } from 'ioredis';
import { correctScript, takeScript } from '../dist/limits/sliding-window-scripts.js';

const url = process.env.REDIS_URL;
if (!url) throw new Error('REDIS_URL: is required');
const redis = new Redis(url);
redis.defineCommand('take', { numberOfKeys: 1, lua: takeScript() });
redis.defineCommand('takeAt', { numberOfKeys: 1, lua: takeScript('{ ARGV[5], ARGV[6] }') });
redis.defineCommand('correct', { numberOfKeys: 1, lua: correctScript });

const plenty = 4_000_000_000;
const key = (name) => `bench:{${process.pid}-${name}}`;

/** A window in which every second of the last minute has something. */
async function fill(name) {
  const now = Math.floor(Date.now() / 1_000);
  for (let age = 60; age >= 1; age -= 1) await redis.takeAt(key(name), plenty, plenty, 1, 100, now - age, 0);
}

async function serial(ask, count = 2_000) {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const startedAt = performance.now();
    await ask();
    times.push((performance.now() - startedAt) * 1_000);
  }
  times.sort((a, b) => a - b);
  return times;
}

/** Calls a second, and the processor time each takes of Redis, which does one thing at a time. */
async function pipelined(command, args, batches = 30, size = 1_000) {
  const cpuBefore = await cpuSeconds();
  const startedAt = performance.now();
  for (let batch = 0; batch < batches; batch += 1) {
    const pipeline = redis.pipeline();
    for (let i = 0; i < size; i += 1) pipeline[command](...args);
    await pipeline.exec();
  }
  const calls = batches * size;
  const perSecond = calls / ((performance.now() - startedAt) / 1_000);
  return { perSecond, cpuMicroseconds: (((await cpuSeconds()) - cpuBefore) * 1e6) / calls };
}

async function cpuSeconds() {
  const info = await redis.info('cpu');
  const used = [...info.matchAll(/used_cpu_(?:user|sys):([\d.]+)/g)].map(([, seconds]) => Number(seconds));
  return used[0] + used[1];
}

console.log('| call | alone, median µs | pipelined, 1/s | processor time of Redis, µs |');
console.log('| :-- | --: | --: | --: |');
async function row(title, command, args) {
  const ask = () => redis[command](...args);
  await serial(ask, 500);
  const times = await serial(ask);
  const { perSecond, cpuMicroseconds } = await pipelined(command, args);
  const columns = [times[times.length / 2].toFixed(0), perSecond.toFixed(0), cpuMicroseconds.toFixed(1)];
  console.log(`| ${[title, ...columns].join(' | ')} |`);
}

await row('PING, for comparison', 'ping', []);
await row('admitted, few seconds in the window', 'take', [key('few'), plenty, plenty, 1, 100]);
await fill('full');
await row('admitted, every second in the window', 'take', [key('full'), plenty, plenty, 1, 100]);
await row('refused, every second in the window', 'take', [key('full'), 60, 10_000, 1, 100]);
const now = Math.floor(Date.now() / 1_000);
await row('corrected, every second in the window', 'correct', [key('full'), now, -1]);

for (const name of ['few', 'full']) await redis.del(key(name));
redis.disconnect();
