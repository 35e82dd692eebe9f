import { AnswerText } from './answer-text.js';
import type { Ask, Tool } from './ask.js';
import { BYTES_PER_TOKEN, countTokens } from './count-tokens.js';
import { instanceOfSchema } from './instance-of-schema.js';
import { ScriptError, stripMarkers, type Script } from './script.js';

const QUOTED_CHARACTERS = 160;

/** Provider-neutral counts. `input` includes cached and written tokens, `output` includes reasoning. */
export interface Usage {
  input: number;
  cached: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  audio: number;
  output: number;
  reasoning: number;
}

export interface PlannedCall {
  name: string;
  args: unknown;
  argsJson: string;
  tokens: number;
}

export type Finish = 'stop' | 'stop-sequence' | 'length' | 'tool-calls' | 'refusal';

/** What is to be said, before any provider's way of saying it. */
export interface Answer {
  /** Hash of the request: everything that looks random in an answer is cut from it. */
  seed: string;
  /** Unix seconds, from the seed. */
  created: number;
  thinking: AnswerText;
  text: AnswerText;
  toolCalls: PlannedCall[];
  refusal: AnswerText | undefined;
  finish: Finish;
  /** Written instead of the provider's word for `finish`. */
  rawFinish: string | undefined;
  stopSequence: string | undefined;
  blockedPrompt: boolean;
  usage: Usage;
  /** Tokens that are written (`usage` may be overridden by a script, this never is). */
  outputTokens: number;
}

const nothing = new AnswerText('');

/** Pure: the same ask, script and seed give the same answer. Throws ScriptError for a script that contradicts itself. */
export function planAnswer(ask: Ask, script: Script, seed: string): Answer {
  const created = 1_750_000_000 + (parseInt(seed.slice(0, 6), 16) % 10_000_000);
  const refused = script.refusal !== undefined;
  const calls = refused ? [] : plannedCalls(ask, script);
  const said = refused || (calls.length > 0 && script.text === undefined) ? nothing : whatToSay(ask, script);
  const stopped = cutAtStop(said, ask.stop);
  const limited = limit(
    {
      thinking: !refused && (ask.thinking || script.thinking) ? thinkingOf(ask) : nothing,
      text: stopped.text,
      calls,
      refusal: refused ? new AnswerText('The simulated provider declines to answer this.') : undefined,
    },
    ask.maxOutputTokens,
  );
  const output =
    limited.thinking.tokens +
    limited.text.tokens +
    limited.calls.reduce((sum, call) => sum + call.tokens, 0) +
    (limited.refusal?.tokens ?? 0);
  return {
    seed,
    created,
    thinking: limited.thinking,
    text: limited.text,
    toolCalls: limited.calls,
    refusal: limited.refusal,
    finish: finishOf(limited, stopped.word),
    rawFinish: script.finish,
    stopSequence: stopped.word,
    blockedPrompt: script.refusal === 'prompt',
    usage: usageOf(ask, script, limited.thinking.tokens, output * ask.choices),
    outputTokens: output * ask.choices,
  };
}

function whatToSay(ask: Ask, script: Script): AnswerText {
  const natural = new AnswerText(script.text ?? naturalText(ask));
  if (script.huge !== undefined) return natural.ofBytes(script.huge);
  return script.tokens === undefined
    ? natural
    : new AnswerText(natural.ofBytes(script.tokens * BYTES_PER_TOKEN).toString());
}

function naturalText(ask: Ask): string {
  switch (ask.output.kind) {
    case 'json-schema':
      return JSON.stringify(instanceOfSchema(ask.output.schema));
    case 'json':
      return JSON.stringify({
        simulated: true,
        by: 'tokenroute provider simulator',
        prompt: quote(ask.prompt),
      });
    case 'text':
      return `Simulated answer from the tokenroute provider simulator: ${aboutWhat(ask)}`;
  }
}

function aboutWhat(ask: Ask): string {
  if (ask.toolResults.length > 0)
    return `the tools returned ${ask.toolResults.map((result) => `${result.name}: "${quote(result.text)}"`).join(', ')}.`;
  const attached = ask.attachments.map(
    ({ kind, mediaType, bytes }) =>
      ` [${kind} ${mediaType}, ${bytes === undefined ? 'by reference' : `${bytes} bytes`}]`,
  );
  return `you said "${quote(ask.prompt)}"${attached.length > 0 ? ` with${attached.join('')}` : ''}.`;
}

function quote(text: string): string {
  const clean = stripMarkers(text);
  return clean.length <= QUOTED_CHARACTERS
    ? clean
    : `${[...clean.slice(0, QUOTED_CHARACTERS)].slice(0, -1).join('')}…`;
}

function thinkingOf(ask: Ask): AnswerText {
  return new AnswerText(
    `Simulated thinking: the prompt has ${ask.prompt.length} characters and ${ask.tools.length} tools.`,
  );
}

/** A call happens when forced, when the script asks, or when the prompt names a tool; never after its results. */
function plannedCalls(ask: Ask, script: Script): PlannedCall[] {
  if (ask.tools.length === 0 || ask.toolChoice.kind === 'none' || ask.toolResults.length > 0) return [];
  const choice = ask.toolChoice;
  const allowed = choice.kind === 'one' ? ask.tools.filter((tool) => tool.name === choice.name) : ask.tools;
  const named = allowed.filter((tool) => stripMarkers(ask.prompt).includes(tool.name));
  const wanted = named.length > 0 ? named : allowed;
  const natural = named.length > 0 && choice.kind !== 'one' ? named.length : choice.kind === 'auto' ? 0 : 1;
  const count = ask.parallelToolCalls
    ? (script.toolCalls ?? natural)
    : Math.min(1, script.toolCalls ?? natural);
  return Array.from({ length: count }, (_, index) => plannedCall(wanted[index % wanted.length] as Tool));
}

function plannedCall(tool: Tool): PlannedCall {
  const value = instanceOfSchema(tool.schema ?? { type: 'object' });
  const args = typeof value === 'object' && value !== null ? value : {};
  const argsJson = JSON.stringify(args);
  return { name: tool.name, args, argsJson, tokens: countTokens(tool.name + argsJson) };
}

function cutAtStop(text: AnswerText, stop: string[]): { text: AnswerText; word: string | undefined } {
  let found: { text: AnswerText; word: string | undefined } = { text, word: undefined };
  for (const word of stop) {
    const before = text.before(word);
    if (before && before.bytes < found.text.bytes) found = { text: before, word };
  }
  return found;
}

interface Limited {
  thinking: AnswerText;
  text: AnswerText;
  calls: PlannedCall[];
  refusal: AnswerText | undefined;
  cut?: boolean;
}

/** Thinking is written first, so it uses the limit up first; a call that does not fit is left out whole. */
function limit(parts: Limited, most: number | undefined): Limited {
  if (most === undefined) return parts;
  let left = most;
  let cut = false;
  const fit = (text: AnswerText): AnswerText => {
    const fitted = text.atMost(left * BYTES_PER_TOKEN);
    cut ||= fitted !== text;
    left -= fitted.tokens;
    return fitted;
  };
  const thinking = fit(parts.thinking);
  const text = fit(parts.text);
  const calls = parts.calls.filter((call) => {
    const fits = !cut && call.tokens <= left;
    if (fits) left -= call.tokens;
    else cut = true;
    return fits;
  });
  return { thinking, text, calls, refusal: parts.refusal && fit(parts.refusal), cut };
}

function finishOf(parts: Limited, stopWord: string | undefined): Finish {
  if (parts.cut) return 'length';
  if (parts.refusal) return 'refusal';
  if (parts.calls.length > 0) return 'tool-calls';
  return stopWord === undefined ? 'stop' : 'stop-sequence';
}

function usageOf(ask: Ask, script: Script, reasoning: number, output: number): Usage {
  const usage: Usage = {
    input: ask.inputTokens,
    cached: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    audio: ask.audioInputTokens,
    output,
    reasoning: reasoning * ask.choices,
    ...script.usage,
  };
  if (usage.cached + usage.cacheWrite5m + usage.cacheWrite1h > usage.input)
    throw new ScriptError(
      'key "usage": input includes cached and cache-write tokens, so it cannot be smaller than them',
    );
  if (usage.reasoning > usage.output)
    throw new ScriptError('key "usage": output includes reasoning, so it cannot be smaller than it');
  return usage;
}
