import { type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ask, chat } from '../../samples/langchain.js';
import { citySchema, type ClientUnderTest, weatherTool } from '../client-under-test.js';

export const langchain: ClientUnderTest = {
  name: '@langchain/openai',

  text: ask,

  stream: async (model, prompt) => {
    const pieces: string[] = [];
    for await (const chunk of await chat(model).stream(prompt)) pieces.push(chunk.text);
    return pieces.filter(Boolean);
  },

  tool: async (model, prompt, weather) => {
    const { name, description, parameters: schema } = weatherTool;
    const getWeather = tool(({ city }) => weather(city), { name, description, schema });
    const withTool = chat(model).bindTools([getWeather]);
    const messages: BaseMessage[] = [new HumanMessage(prompt)];
    for (;;) {
      const answer = await withTool.invoke(messages);
      if (!answer.tool_calls?.length) return answer.text;
      messages.push(answer);
      for (const call of answer.tool_calls)
        messages.push(await getWeather.invoke({ ...call, type: 'tool_call' }));
    }
  },

  structured: (model, prompt) => chat(model).withStructuredOutput(citySchema).invoke(prompt),

  image: async (model, prompt, image) => {
    const content = [
      { type: 'text', text: prompt },
      { type: 'image_url', image_url: { url: image } },
    ];
    const answer = await chat(model).invoke([new HumanMessage({ content })]);
    return answer.text;
  },
};
