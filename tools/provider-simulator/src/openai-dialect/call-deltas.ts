import type { Answer } from '../answer.js';

const ARGUMENT_CHARACTERS_PER_CHUNK = 8;

/** Name and id first, then the arguments in parts; the call's tokens count with its last part. */
export function* callDeltas(
  answer: Answer,
  idOf: (index: number) => string,
): Generator<{ delta: string; tokens: number }> {
  for (const [index, call] of answer.toolCalls.entries()) {
    const opening = {
      index,
      id: idOf(index),
      type: 'function',
      function: { name: call.name, arguments: '' },
    };
    yield { delta: JSON.stringify({ tool_calls: [opening] }), tokens: 0 };
    for (let at = 0; at < call.argsJson.length; at += ARGUMENT_CHARACTERS_PER_CHUNK) {
      const part = call.argsJson.slice(at, at + ARGUMENT_CHARACTERS_PER_CHUNK);
      const last = at + ARGUMENT_CHARACTERS_PER_CHUNK >= call.argsJson.length;
      yield {
        delta: JSON.stringify({ tool_calls: [{ index, function: { arguments: part } }] }),
        tokens: last ? call.tokens : 0,
      };
    }
  }
}
