/** The real tokens of a text by OpenAI's encodings. */
export function tokenCount(encoding: 'cl100k' | 'o200k', text: string): number;
