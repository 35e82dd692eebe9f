import type { Random } from '@tokenroute/chaos';

const megabyte = 1024 * 1024;

/** Up to the most that is taken (20 MiB), and just above it. */
const sizes = [megabyte, 4 * megabyte, 20 * megabyte - 1_024, 20 * megabyte + 1];

const inMessages = (content: string) =>
  `{"model":"gpt-4o-mini","max_tokens":16,"messages":[{"role":"user","content":${content}}]}`;

/** What a body of very many bytes can be made of; each is tried with the parts that read it. */
export const fillings: { what: string; text: (bytes: number) => string }[] = [
  { what: 'one string', text: (bytes) => inMessages(`"${'a'.repeat(bytes)}"`) },
  { what: 'a string of words', text: (bytes) => inMessages(`"${'word '.repeat(bytes / 5)}"`) },
  { what: 'a string of escapes', text: (bytes) => inMessages(`"${'\\u0061'.repeat(bytes / 6)}"`) },
  { what: 'a string of emoji', text: (bytes) => inMessages(`"${'🧑'.repeat(bytes / 4)}"`) },
  {
    what: 'an image',
    text: (bytes) =>
      inMessages(
        `[{"type":"image_url","image_url":{"url":"data:image/png;base64,${'A'.repeat(bytes - 100)}"}}]`,
      ),
  },
  {
    what: 'a PDF',
    text: (bytes) =>
      inMessages(
        `[{"type":"file","file":{"file_data":"data:application/pdf;base64,${'L1BhZ2Vz'.repeat((bytes - 100) / 8)}"}}]`,
      ),
  },
  {
    what: 'messages',
    text: (bytes) => {
      const message = '{"role":"user","content":"a"}';
      const count = Math.floor((bytes - 100) / (message.length + 1));
      return `{"model":"gpt-4o-mini","messages":[${`${message},`.repeat(count - 1)}${message}]}`;
    },
  },
  {
    what: 'parts',
    text: (bytes) => {
      const part = '{"type":"text","text":"a"}';
      const count = Math.floor((bytes - 100) / (part.length + 1));
      return inMessages(`[${`${part},`.repeat(count - 1)}${part}]`);
    },
  },
  { what: 'numbers', text: (bytes) => inMessages(`[${'0,'.repeat(bytes / 2 - 1)}0]`) },
  { what: 'empty arrays', text: (bytes) => inMessages(`[${'[],'.repeat(bytes / 3 - 1)}[]]`) },
  { what: 'nested arrays', text: (bytes) => inMessages('['.repeat(bytes / 2) + ']'.repeat(bytes / 2)) },
  { what: 'nested arrays without an end', text: (bytes) => '['.repeat(bytes) },
  {
    what: 'unknown members',
    text: (bytes) => {
      const count = Math.floor((bytes - 100) / 14);
      const members = Array.from({ length: count }, (_, index) => `"k${index.toString(36)}":0`).join(',');
      return `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"a"}],${members}}`;
    },
  },
  { what: 'one key again and again', text: (bytes) => `{${'"model":"a",'.repeat(bytes / 12)}"messages":[]}` },
  { what: 'white space', text: (bytes) => `${' '.repeat(bytes)}{}` },
];

export function hugeBody(random: Random): { what: string; body: Buffer } {
  const size = random.pick(sizes);
  const { what, text } = random.pick(fillings);
  return { what: `${size} bytes of ${what}`, body: Buffer.from(text(size)) };
}
