export interface SnippetOptions {
  baseUrl: string;
  /** The key's secret; none: it is in the environment, as TOKENROUTE_API_KEY. */
  secret?: string;
  model: string;
  prompt?: string;
}

export type SnippetLanguage = 'curl' | 'Python' | 'Node';

export const snippetLanguages: readonly SnippetLanguage[] = ['curl', 'Python', 'Node'];

/** A first call, ready to be pasted. */
export function snippet(language: SnippetLanguage, options: SnippetOptions): string {
  switch (language) {
    case 'curl':
      return curl(options);
    case 'Python':
      return python(options);
    case 'Node':
      return node(options);
  }
}

function curl({ baseUrl, secret, model, prompt = 'Say hello.' }: SnippetOptions): string {
  const key = secret ?? '$TOKENROUTE_API_KEY';
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] });
  return [
    `curl ${baseUrl}/chat/completions`,
    `  -H "Authorization: Bearer ${key}"`,
    `  -H "Content-Type: application/json"`,
    // Within single quotes a shell changes nothing; the one character that ends them is written apart.
    `  -d '${body.replaceAll("'", `'\\''`)}'`,
  ].join(' \\\n');
}

function python({ baseUrl, secret, model, prompt = 'Say hello.' }: SnippetOptions): string {
  const key = secret === undefined ? 'os.environ["TOKENROUTE_API_KEY"]' : JSON.stringify(secret);
  return `${secret === undefined ? 'import os\n' : ''}from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(baseUrl)}, api_key=${key})
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": ${JSON.stringify(prompt)}}],
)
print(answer.choices[0].message.content)`;
}

function node({ baseUrl, secret, model, prompt = 'Say hello.' }: SnippetOptions): string {
  const key = secret === undefined ? 'process.env.TOKENROUTE_API_KEY' : JSON.stringify(secret);
  return `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: ${key} });
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: 'user', content: ${JSON.stringify(prompt)} }],
});
console.log(answer.choices[0].message.content);`;
}
