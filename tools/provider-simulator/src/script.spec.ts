import { findMarker, readScript, ScriptError, scriptKeys, stripMarkers, withoutFaults } from './script.js';
import { startSimulator } from './server.js';
import { nativeRequest, post, providerNames } from './testing/native-request.js';

const inBody = (prompt: string): string => JSON.stringify({ messages: [{ content: prompt }] });

test('a marker is found anywhere in the prompt, unescaped, and the last one counts', () => {
  expect(findMarker(inBody('a [[sim:status=500]] b'))).toBe('status=500');
  expect(findMarker(inBody('[[sim:stall]] then [[sim:text="ü"\n]]'))).toBe('text="ü"\n');
  expect(findMarker(inBody('none'))).toBeUndefined();
  expect(() => findMarker(inBody('[[sim:stall'))).toThrow(ScriptError);
});

test('a key in the header wins over the same key in the marker', () => {
  expect(readScript('status=500;id=a', 'status=503')).toEqual({ status: 503, id: 'a' });
});

test('markers do not come back in an answer that quotes the prompt', () => {
  expect(stripMarkers('Hello [[sim:tokens=3]]')).toBe('Hello');
});

test.each([
  ['stats=500', 'unknown key "stats"'],
  ['constructor=1', 'unknown key "constructor"'],
  ['status=200', 'key "status" wants a whole number from 400 to 599'],
  ['status', 'key "status" wants'],
  ['ttfb=fast', 'key "ttfb"'],
  ['stall=1', 'key "stall" takes no value'],
  ['usage=inputs:3', 'unknown count "inputs"'],
  ['times=2', 'key "times" wants an "id"'],
  ['refusal=maybe', 'key "refusal" wants one of'],
])('%s is refused by name', (source, message) => {
  expect(() => readScript(source, undefined)).toThrow(message);
});

test('without its faults a script keeps its shape', () => {
  const script = readScript('id=a;status=500;cut=3;tokens=9;thinking', undefined);
  expect(JSON.parse(JSON.stringify(withoutFaults(script)))).toEqual({ id: 'a', tokens: 9, thinking: true });
});

test('every key of the README’s table exists, and the other way round', async () => {
  const { readFile } = await import('node:fs/promises');
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const documented = [...readme.matchAll(/^\| `([a-z-]+)/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual([...scriptKeys].sort());
});

test('every provider answers an unknown key, or a contradiction, with a 400 that names it', async () => {
  const simulator = await startSimulator();
  for (const provider of providerNames)
    for (const [marker, word] of [
      ['stauts=500', 'stauts'],
      ['usage=input:1,cached:5', 'usage'],
    ]) {
      const response = await post(simulator.url, nativeRequest(provider, { prompt: `[[sim:${marker}]]` }));
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(
        `tokenroute provider simulator: ${word === 'usage' ? 'key' : 'unknown key'} \\"${word}`,
      );
    }
  await simulator.close();
});
