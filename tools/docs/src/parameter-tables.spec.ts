import { parameterTables } from './parameter-tables.js';

const tables = parameterTables(
  [
    {
      provider: 'a',
      parameters: {
        stop: { kind: 'sent', as: 'stop_sequences' },
        n: { kind: 'refused', because: 'one|choice of <a> at *most*' },
        top_k: { kind: 'sent' },
      },
    },
    { provider: 'b', parameters: 'sent-as-they-are' },
    { provider: 'c', parameters: {}, passesOnUnknown: true },
  ],
  ['stop', 'n', 'seed'],
);

const rowOf = (name: string) =>
  tables
    .split('\n')
    .find((line) => line.startsWith(`| \`${name}\``))
    ?.split(/ *(?<!\\)\| */)
    .slice(1, -1);

test('a parameter is sent, refused with the reason, or left out', () => {
  expect(rowOf('stop')).toEqual(['`stop`', 'sent: stop_sequences', 'as it came', 'as it came']);
  expect(rowOf('n')).toEqual([
    '`n`',
    '**400**: one\\|choice of \\<a\\> at \\*most\\*',
    'as it came',
    'as it came',
  ]);
});

test('a parameter that an adapter does not name is left out or passed on, as the adapter does', () => {
  expect(rowOf('seed')).toEqual(['`seed`', 'left out', 'as it came', 'as it came']);
});

test('what only one provider knows has a row too', () => {
  expect(rowOf('top_k')).toEqual(['`top_k`', 'sent', 'as it came', 'as it came']);
});
