import { Agent, OpenAIProvider, Runner, setTracingDisabled } from '@openai/agents';

// Traces would go to OpenAI.
setTracingDisabled(true);

export const runner = new Runner({
  modelProvider: new OpenAIProvider({
    baseURL: process.env.TOKENROUTE_BASE_URL,
    apiKey: process.env.TOKENROUTE_API_KEY,
    useResponses: false,
  }),
});

export async function ask(model: string, question: string) {
  const agent = new Agent({ name: 'Assistant', model });
  const { finalOutput } = await runner.run(agent, question);
  return finalOutput;
}
