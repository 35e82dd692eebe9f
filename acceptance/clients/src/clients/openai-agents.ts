import { Agent, tool } from '@openai/agents';
import { ask, runner } from '../../samples/openai-agents.js';
import { citySchema, type ClientUnderTest, weatherTool } from '../client-under-test.js';

const name = 'Assistant';

export const openaiAgents: ClientUnderTest = {
  name: '@openai/agents',

  text: async (model, prompt) => (await ask(model, prompt)) ?? '',

  stream: async (model, prompt) => {
    const answer = await runner.run(new Agent({ name, model }), prompt, { stream: true });
    const pieces: string[] = [];
    for await (const piece of answer.toTextStream()) pieces.push(piece);
    await answer.completed;
    return pieces.filter(Boolean);
  },

  tool: async (model, prompt, weather) => {
    const getWeather = tool({ ...weatherTool, execute: ({ city }) => weather(city) });
    const { finalOutput } = await runner.run(new Agent({ name, model, tools: [getWeather] }), prompt);
    return finalOutput ?? '';
  },

  structured: async (model, prompt) => {
    const { finalOutput } = await runner.run(new Agent({ name, model, outputType: citySchema }), prompt);
    return finalOutput;
  },

  image: async (model, prompt, image) => {
    const { finalOutput } = await runner.run(new Agent({ name, model }), [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: prompt },
          { type: 'input_image', image },
        ],
      },
    ]);
    return finalOutput ?? '';
  },
};
