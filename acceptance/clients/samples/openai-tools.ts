import type OpenAI from 'openai';
import { client } from './openai.js';

/** Goes on until no tool is wanted. `request.messages` grows; the last one of them is the answer. */
export async function answerWithTools(
  request: OpenAI.ChatCompletionCreateParamsNonStreaming,
  run: (name: string, args: string) => string | Promise<string>,
) {
  for (;;) {
    const answer = await client.chat.completions.create(request);
    const message = answer.choices[0]!.message;
    // The whole message, not its content alone: beside it are the thoughts that some providers want to see again.
    request.messages.push(message);
    if (!message.tool_calls?.length) return message.content;
    for (const call of message.tool_calls) {
      if (call.type !== 'function') continue;
      const content = await run(call.function.name, call.function.arguments);
      request.messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
}
