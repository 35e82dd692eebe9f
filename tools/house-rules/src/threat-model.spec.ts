import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './workspace.js';

const read = (file: string) => readFile(join(repositoryRoot, file), 'utf8');
const threatModel = await read('docs/threat-model.md');

const filesIn = (text: string) =>
  [...text.matchAll(/`((?:apps|libs|tools)\/[^`\s]+)`/g)].map(([, file]) => file!);

test('every test that the threat model names is there', async () => {
  const files = filesIn(threatModel);
  expect(files.length).toBeGreaterThan(30);
  const missing = await Promise.all(
    files.map((file) =>
      access(join(repositoryRoot, file)).then(
        () => [],
        () => [file],
      ),
    ),
  );
  expect(missing.flat()).toEqual([]);
});

test('each entry of the OWASP API Security Top 10 of 2023 has a test', () => {
  const rows = threatModel.split('\n').filter((line) => /^\| API\d+ /.test(line));
  const entries = rows.map((row) => Number(/^\| API(\d+)/.exec(row)![1]));
  expect(entries).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const row of rows) {
    const tests = filesIn(row).filter((file) => /\.spec\.ts$|\/describe-[a-z-]+\.ts$/.test(file));
    expect({ row, tests: tests.length > 0 }).toEqual({ row, tests: true });
  }
});

test('the expression for secret scanners finds a key in any text, and nothing that only looks like one', async () => {
  const published = /```text\n(.*sk-tr-.*)\n```/.exec(await read('docs/security.md'))![1]!;
  const expression = new RegExp(published, 'g');
  const key = `sk-tr-${'aZ09'.repeat(9)}xy`;
  const found = (text: string) => text.match(expression) ?? [];
  for (const text of [key, `KEY="${key}"`, `a:${key},`, `(${key})`, `\n${key}\n`])
    expect(found(text)).toEqual([key]);
  for (const text of [`${key}a`, `a${key}`, `${key}-`, key.slice(0, -1), key.toUpperCase()]) {
    expect(found(text)).toEqual([]);
  }
});
