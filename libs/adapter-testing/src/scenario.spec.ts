import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Expected, Fixtures, scenarioNames, shows } from './scenario.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenroute-fixtures-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

test('every file that a scenario lacks is named', () => {
  write('text.request.json', '{}');
  write('text.stream.sse', '');
  expect(new Fixtures(folder).gaps('text')).toEqual([
    'text.response.json is missing',
    'text.expected.json is missing',
  ]);
});

test('a scenario that the provider does not have needs a reason, and nothing else', () => {
  write('refusal.none.md', '\n');
  write('refusal.stream.sse', '');
  expect(new Fixtures(folder).gaps('refusal')).toEqual([
    'refusal.none.md does not say why',
    'refusal.stream.sse contradicts refusal.none.md',
  ]);
  rmSync(join(folder, 'refusal.stream.sse'));
  write('refusal.none.md', 'It has no refusals of its own.\n');
  expect(new Fixtures(folder).gaps('refusal')).toEqual([]);
});

test('what an expectation leaves out is empty, or zero', () => {
  for (const part of ['request.json', 'response.json', 'stream.sse']) write(`text.${part}`, '{}');
  write('text.expected.json', '{"text":"Hi","refusal":null,"usage":{"inputTokens":3}}');
  expect(new Fixtures(folder).scenario('text').expected).toMatchObject({
    text: 'Hi',
    refusal: '',
    toolCalls: [],
    usage: { inputTokens: 3, outputTokens: 0, estimated: false },
  });
});

test('an expectation without usage says that the provider tells none', () => {
  for (const part of ['request.json', 'response.json', 'stream.sse']) write(`text.${part}`, '{}');
  write('text.expected.json', '{"text":"Hi","usage":null}');
  expect(new Fixtures(folder).scenario('text').expected.usage).toBeNull();
});

test('an expectation that is empty shows no scenario', () => {
  const empty: Expected = {
    text: '',
    reasoning: '',
    refusal: '',
    toolCalls: [],
    finishReason: 'stop',
    usage: null,
  };
  expect(scenarioNames.filter((name) => shows(name, empty))).toEqual([]);
});
