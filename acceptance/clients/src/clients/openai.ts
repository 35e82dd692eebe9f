import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { answerWithTools } from '../../samples/openai-tools.js';
import { ask, client } from '../../samples/openai.js';
import { citySchema, type ClientUnderTest, weatherTool } from '../client-under-test.js';

export const weatherFunction = zodFunction(weatherTool);

export const openai: ClientUnderTest = {
  name: 'openai',

  text: async (model, prompt) => (await ask(model, prompt)) ?? '',

  stream: async (model, prompt) => {
    const chunks = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
    });
    const pieces: string[] = [];
    for await (const chunk of chunks) pieces.push(chunk.choices[0]?.delta.content ?? '');
    return pieces.filter(Boolean);
  },

  tool: async (model, prompt, weather) => {
    const answer = await answerWithTools(
      { model, tools: [weatherFunction], messages: [{ role: 'user', content: prompt }] },
      (_name, args) => weather(weatherTool.parameters.parse(JSON.parse(args)).city),
    );
    return answer ?? '';
  },

  structured: async (model, prompt) => {
    const answer = await client.chat.completions.parse({
      model,
      messages: [{ role: 'user', content: prompt }],
      response_format: zodResponseFormat(citySchema, 'city'),
    });
    return answer.choices[0]?.message.parsed;
  },

  image: async (model, prompt, image) => {
    const answer = await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: prompt },
            { type: 'image_url', image_url: { url: image } },
          ],
        },
      ],
    });
    return answer.choices[0]?.message.content ?? '';
  },
};
