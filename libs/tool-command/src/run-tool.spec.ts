import { Command } from 'commander';
import { wholeNumber } from './number-arguments.js';
import { exitCodeOf, type ToolRun } from './run-tool.js';

const printed: string[] = [];
const complaints: string[] = [];
const interrupted = new AbortController();
const live = new AbortController();

function exitCode(args: string[], run: ToolRun<{ rounds: number }>, { signal } = live): Promise<number> {
  const command = new Command('tool')
    .option('--rounds <number>', 'how often', wholeNumber(9), 5)
    .configureOutput({
      writeErr: (text) => complaints.push(text),
      writeOut: (text) => printed.push(text),
    });
  return exitCodeOf(command, args, run, { signal, print: (text) => printed.push(text) });
}

beforeEach(() => {
  printed.length = 0;
  complaints.length = 0;
});

test('a tool that finds all as it should be exits with 0, and with 1 when it does not', async () => {
  expect(await exitCode([], ({ rounds }) => Promise.resolve(rounds === 5))).toBe(0);
  expect(await exitCode(['--rounds', '2'], ({ rounds }) => Promise.resolve(rounds === 5))).toBe(1);
});

test.each([[['--rounds', '0']], [['--round', '1']], [['--unknown']]])(
  '%j starts nothing, is told, and exits with 2',
  async (args) => {
    const started: unknown[] = [];
    expect(await exitCode(args, (options) => Promise.resolve(started.push(options) > 0))).toBe(2);
    expect(started).toEqual([]);
    expect(complaints.join('')).toContain('error: ');
  },
);

test('help is no error', async () => {
  expect(await exitCode(['--help'], () => Promise.resolve(false))).toBe(0);
  expect(printed.join('')).toContain('--rounds');
});

test('a tool that fails exits with 2 and says how; one that was interrupted says that', async () => {
  const fail = () => Promise.reject(new Error('no servers'));
  expect(await exitCode([], fail)).toBe(2);
  expect(printed.join('')).toContain('✘ Error: no servers');
  interrupted.abort();
  expect(await exitCode([], fail, interrupted)).toBe(2);
  expect(printed.at(-1)).toBe('✘ interrupted');
});
