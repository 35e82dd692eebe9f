import { execFileSync } from 'node:child_process';
import { snippet, snippetLanguages } from './snippet.js';

const options = { baseUrl: 'http://127.0.0.1:8080/v1', secret: 'sk-tr-x', model: 'gpt-4o-mini' };

test.each(snippetLanguages)('a first call in %s has address, key and model', (language) => {
  const text = snippet(language, options);
  for (const part of Object.values(options)) expect(text).toContain(part);
});

test.each(snippetLanguages)('without a secret a call in %s reads it from the environment', (language) => {
  const { secret, ...others } = options;
  const text = snippet(language, others);
  expect(text).toMatch(/(\$|os\.environ\["|process\.env\.)TOKENROUTE_API_KEY/);
  expect(text).not.toContain(secret);
});

test('a shell reads the body of the curl line as it was meant, whatever is asked', () => {
  const prompt = `it's "so" $HOME \`date\` \\ done`;
  const text = snippet('curl', { ...options, prompt }).replace(/^curl/, 'printf "%s\\n"');
  const printed = execFileSync('bash', ['-c', text], { encoding: 'utf8' }).trimEnd().split('\n');
  expect(JSON.parse(printed.at(-1)!)).toEqual({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: prompt }],
  });
});
