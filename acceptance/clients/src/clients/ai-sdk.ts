import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { ask, tokenroute } from '../../samples/ai-sdk.js';
import { citySchema, type ClientUnderTest, weatherTool } from '../client-under-test.js';

export const aiSdk: ClientUnderTest = {
  name: 'ai',

  text: ask,

  stream: async (model, prompt) => {
    const failures: unknown[] = [];
    const { textStream } = streamText({
      model: tokenroute(model),
      prompt,
      onError: ({ error }) => void failures.push(error),
    });
    const pieces: string[] = [];
    for await (const piece of textStream) pieces.push(piece);
    // Errors end the stream without being thrown.
    if (failures.length > 0) throw failures[0];
    return pieces.filter(Boolean);
  },

  tool: async (model, prompt, weather) => {
    const { name, description, parameters: inputSchema } = weatherTool;
    const { text } = await generateText({
      model: tokenroute(model),
      prompt,
      tools: { [name]: tool({ description, inputSchema, execute: ({ city }) => weather(city) }) },
      stopWhen: stepCountIs(4),
    });
    return text;
  },

  structured: async (model, prompt) => {
    const { output } = await generateText({
      model: tokenroute(model),
      prompt,
      output: Output.object({ schema: citySchema, name: 'city' }),
    });
    return output;
  },

  image: async (model, prompt, image) => {
    const { text } = await generateText({
      model: tokenroute(model),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: prompt },
            { type: 'image', image },
          ],
        },
      ],
    });
    return text;
  },
};
