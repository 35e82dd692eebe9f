import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';

export const tokenroute = createOpenAICompatible({
  name: 'tokenroute',
  baseURL: process.env.TOKENROUTE_BASE_URL ?? 'http://127.0.0.1:8080/v1',
  apiKey: process.env.TOKENROUTE_API_KEY,
  includeUsage: true,
  supportsStructuredOutputs: true,
});

export async function ask(model: string, question: string) {
  const { text } = await generateText({ model: tokenroute(model), prompt: question });
  return text;
}
