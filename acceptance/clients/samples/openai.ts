import OpenAI from 'openai';

export const client = new OpenAI({
  baseURL: process.env.TOKENROUTE_BASE_URL,
  apiKey: process.env.TOKENROUTE_API_KEY,
});

export async function ask(model: string, question: string) {
  const answer = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: question }],
  });
  return answer.choices[0]?.message.content;
}
