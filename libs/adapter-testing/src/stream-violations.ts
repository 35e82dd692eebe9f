import type { ChatChunk, ToolCallDelta } from './chat-chunk.js';

/** What is wrong with the shape of a streamed answer, usage chunk included; empty when a client can rely on it. */
export function streamViolations(chunks: readonly ChatChunk[], publicModel: string): string[] {
  return [...headViolations(chunks, publicModel), ...choiceViolations(chunks), ...toolCallViolations(chunks)];
}

function headViolations(chunks: readonly ChatChunk[], publicModel: string): string[] {
  const violations: string[] = [];
  const first = chunks[0];
  if (first === undefined) return ['there is no chunk'];
  if (!first.id) violations.push('the chunks have no id');
  if (!Number.isInteger(first.created)) violations.push('created is no integer');
  chunks.forEach((chunk, at) => {
    if (chunk.object !== 'chat.completion.chunk') violations.push(`chunk ${at}: object is ${chunk.object}`);
    if (chunk.id !== first.id) violations.push(`chunk ${at}: another id`);
    if (chunk.created !== first.created) violations.push(`chunk ${at}: another created`);
    if (chunk.model !== publicModel) violations.push(`chunk ${at}: model is ${chunk.model}`);
  });
  return violations;
}

function choiceViolations(chunks: readonly ChatChunk[]): string[] {
  const violations: string[] = [];
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  const roles = choices.flatMap(({ delta }) => delta?.role ?? []);
  if (roles.join() !== 'assistant') violations.push(`the roles sent are [${roles.join()}]`);
  if (choices[0]?.delta?.role === undefined) violations.push('the first chunk does not carry the role');
  const finishes = choices.filter(({ finish_reason: reason }) => reason != null);
  if (finishes.length !== 1) violations.push(`finish_reason is sent ${finishes.length} times`);
  if (choices.at(-1)?.finish_reason == null) violations.push('the finish_reason is not on the last choice');
  if (choices.some(({ index }) => index !== 0)) violations.push('a choice has no index, or not 0');
  return violations;
}

function toolCallViolations(chunks: readonly ChatChunk[]): string[] {
  const violations: string[] = [];
  const ids = new Map<number, string>();
  const deltas = chunks.flatMap((chunk) => chunk.choices?.[0]?.delta?.tool_calls ?? []);
  for (const delta of deltas) {
    const { index } = delta;
    if (index === undefined || !Number.isInteger(index)) {
      violations.push(`a tool call has the index ${index}`);
      continue;
    }
    const known = ids.get(index);
    if (known !== undefined) {
      violations.push(...repeatViolations(delta, known));
      continue;
    }
    if (index !== ids.size) violations.push(`tool call ${index} begins when ${ids.size} have begun`);
    violations.push(...beginViolations(delta));
    ids.set(index, delta.id ?? '');
  }
  if (new Set(ids.values()).size !== ids.size) violations.push('two tool calls have the same id');
  return violations;
}

function beginViolations({ index, id, type, function: named }: ToolCallDelta): string[] {
  return [
    ...(id ? [] : [`tool call ${index} begins without an id`]),
    ...(named?.name ? [] : [`tool call ${index} begins without a name`]),
    ...(type === 'function' ? [] : [`tool call ${index} begins with the type ${type}`]),
  ];
}

function repeatViolations({ index, id, function: named }: ToolCallDelta, known: string): string[] {
  return [
    ...(id === undefined || id === known ? [] : [`tool call ${index} changes its id`]),
    // OpenAI's client library would overwrite it, others append it: neither is what was meant.
    ...(named?.name === undefined ? [] : [`tool call ${index} is named twice`]),
  ];
}
