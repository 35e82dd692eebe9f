import { readConfig } from './config.js';
import { startSimulator } from './server.js';

const say = (level: string, message: string, more: object = {}): void => {
  process.stdout.write(
    `${JSON.stringify({ level, time: Date.now(), service: 'provider-simulator', msg: message, ...more })}\n`,
  );
};

const simulator = await startSimulator(readConfig());
say('warn', 'PROVIDER SIMULATOR: answers are made up; no real provider is behind this address', {
  url: simulator.url,
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    say('info', `${signal}: ending`);
    void simulator.close().then(() => process.exit(0));
  });
}
