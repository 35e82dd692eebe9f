import { setUpTestServers, tearDownTestServers } from '@tokenroute/testing';
import { Command, InvalidArgumentError } from 'commander';
import { rollingRestart } from './rolling-restart.js';

/*
 * npm run rolling-restart -- --rounds 10: exit code 0 when no request failed, no stream was cut off, and what was charged is
 * exactly what was answered.
 */

const positive = (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('must be a whole number above 0');
  return number;
};

const { rounds, streams, plainCalls, dashboard } = new Command('rolling-restart')
  .description('Restarts every replica of every service under a constant load of streams and plain calls.')
  .option('--rounds <number>', 'how often', positive, 10)
  .option('--streams <number>', 'streams open at the same time', positive, 20)
  .option('--plain-calls <number>', 'plain calls under way at the same time', positive, 4)
  .option('--no-dashboard', "leave the dashboard's server out")
  .parse()
  .opts<{ rounds: number; streams: number; plainCalls: number; dashboard: boolean }>();

const print = (line: string) => void process.stdout.write(`${line}\n`);
const usd = (nanoUsd: bigint) => (Number(nanoUsd) / 1e9).toFixed(9);

await setUpTestServers();
try {
  const report = await rollingRestart({
    rounds,
    providers: ['openai', 'anthropic'],
    dashboard,
    // Longer than the time between two keep-alive pings of a connection between services.
    load: { models: ['gpt-4o-mini', 'claude-haiku-4-5'], streams, streamMs: 12_000, plainCalls },
    onRestart: (service, round, tookMs) => print(`round ${round}: ${service} (${Math.round(tookMs)} ms)`),
    onFailure: print,
  });
  for (const violation of report.ledgerViolations) print(violation);
  print(`${report.restarts} restarts, ${report.streams} streams, ${report.plainCalls} plain calls`);
  print(`${report.failures.length} failed, ${report.ledgerViolations.length} violations of the ledger`);
  print(`charged ${usd(report.chargedNanoUsd)} USD, answered for ${usd(report.expectedNanoUsd)} USD`);
  const good =
    report.failures.length === 0 &&
    report.ledgerViolations.length === 0 &&
    report.chargedNanoUsd === report.expectedNanoUsd;
  process.exitCode = good ? 0 : 1;
} finally {
  await tearDownTestServers();
}
