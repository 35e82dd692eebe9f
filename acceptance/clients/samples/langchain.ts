import { ChatOpenAI } from '@langchain/openai';

export const chat = (model: string) =>
  new ChatOpenAI({
    model,
    apiKey: process.env.TOKENROUTE_API_KEY,
    configuration: { baseURL: process.env.TOKENROUTE_BASE_URL },
  });

export async function ask(model: string, question: string) {
  const answer = await chat(model).invoke(question);
  return answer.text;
}
