/** What a test asked for: in the prompt `[[sim:key=value;key]]`, or in the header `x-simulator: key=value;key`. */
export interface Script {
  id?: string;
  times?: number;
  // Faults: with `times=K` only the first K tries of an id have them.
  status?: number;
  retryAfter?: number;
  ttfbMs?: number;
  reset?: boolean;
  cut?: number;
  stall?: boolean;
  stallAfter?: number;
  errorInStream?: number;
  noFinish?: boolean;
  noDone?: boolean;
  invalidJson?: boolean;
  // Shapes.
  chunkDelayMs?: number;
  chunkTokens?: number;
  split?: number;
  crlf?: boolean;
  comments?: boolean;
  huge?: number;
  text?: string;
  tokens?: number;
  toolCalls?: number;
  thinking?: boolean;
  refusal?: 'answer' | 'prompt';
  finish?: string;
  noUsage?: boolean;
  usageIn?: 'finish' | 'separate';
  usage?: UsageOverride;
}

export interface UsageOverride {
  input?: number;
  output?: number;
  cached?: number;
  cacheWrite5m?: number;
  cacheWrite1h?: number;
  reasoning?: number;
  audio?: number;
}

/** A script that cannot be obeyed. The message names the key, so that a typo in a test never passes in silence. */
export class ScriptError extends Error {}

type Reader = (script: Script, value: string, key: string) => void;

const whole = (value: string, key: string, least = 0, most = Number.MAX_SAFE_INTEGER): number => {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most))
    throw new ScriptError(
      `key "${key}" wants a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}, not "${value}"`,
    );
  return number;
};

const oneOf = <T extends string>(value: string, key: string, allowed: readonly T[]): T => {
  const found = allowed.find((name) => name === value);
  if (found === undefined)
    throw new ScriptError(`key "${key}" wants one of ${allowed.join(', ')}, not "${value}"`);
  return found;
};

const text = (value: string, key: string): string => {
  if (value === '') throw new ScriptError(`key "${key}" wants a value`);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

const flag = (value: string, key: string): true => {
  if (value !== '') throw new ScriptError(`key "${key}" takes no value`);
  return true;
};

const usageKeys: Record<string, keyof UsageOverride> = {
  input: 'input',
  output: 'output',
  cached: 'cached',
  'cache-write-5m': 'cacheWrite5m',
  'cache-write-1h': 'cacheWrite1h',
  reasoning: 'reasoning',
  audio: 'audio',
};

function readUsage(value: string): UsageOverride {
  const usage: UsageOverride = {};
  for (const pair of value.split(',')) {
    const [name = '', count = ''] = pair.split(':');
    const key = usageKeys[name.trim()];
    if (!key) throw new ScriptError(`key "usage" has the unknown count "${name}"`);
    usage[key] = whole(count.trim(), `usage ${name.trim()}`);
  }
  return usage;
}

const readers: Record<string, Reader> = {
  id: (s, v, k) => (s.id = text(v, k)),
  times: (s, v, k) => (s.times = whole(v, k)),
  status: (s, v, k) => (s.status = whole(v, k, 400, 599)),
  'retry-after': (s, v, k) => (s.retryAfter = whole(v, k)),
  ttfb: (s, v, k) => (s.ttfbMs = whole(v, k, 0, 3_600_000)),
  reset: (s, v, k) => (s.reset = flag(v, k)),
  cut: (s, v, k) => (s.cut = whole(v, k)),
  stall: (s, v, k) => (s.stall = flag(v, k)),
  'stall-after': (s, v, k) => (s.stallAfter = whole(v, k)),
  'error-in-stream': (s, v, k) => (s.errorInStream = whole(v, k)),
  'no-finish': (s, v, k) => (s.noFinish = flag(v, k)),
  'no-done': (s, v, k) => (s.noDone = flag(v, k)),
  'invalid-json': (s, v, k) => (s.invalidJson = flag(v, k)),
  'chunk-delay': (s, v, k) => (s.chunkDelayMs = whole(v, k, 0, 3_600_000)),
  'chunk-tokens': (s, v, k) => (s.chunkTokens = whole(v, k, 1)),
  split: (s, v, k) => (s.split = whole(v, k, 1)),
  crlf: (s, v, k) => (s.crlf = flag(v, k)),
  comments: (s, v, k) => (s.comments = flag(v, k)),
  huge: (s, v, k) => (s.huge = whole(v, k, 1, 256 * 1024 * 1024)),
  text: (s, v, k) => (s.text = text(v, k)),
  tokens: (s, v, k) => (s.tokens = whole(v, k, 0, 16 * 1024 * 1024)),
  'tool-calls': (s, v, k) => (s.toolCalls = whole(v, k, 0, 128)),
  thinking: (s, v, k) => (s.thinking = flag(v, k)),
  refusal: (s, v, k) => (s.refusal = v === '' ? 'answer' : oneOf(v, k, ['answer', 'prompt'] as const)),
  finish: (s, v, k) => (s.finish = text(v, k)),
  'no-usage': (s, v, k) => (s.noUsage = flag(v, k)),
  'usage-in': (s, v, k) => (s.usageIn = oneOf(v, k, ['finish', 'separate'] as const)),
  usage: (s, v) => (s.usage = readUsage(v)),
};

export const scriptKeys: readonly string[] = Object.keys(readers);

function readInto(script: Script, source: string): void {
  for (const part of source.split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).trim();
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (!reader) throw new ScriptError(`unknown key "${key}"; known are ${scriptKeys.join(', ')}`);
    reader(script, at < 0 ? '' : part.slice(at + 1), key);
  }
}

const OPENING = '[[sim:';
const nothing: Script = Object.freeze({});

/** The last marker in the JSON text of a request, unescaped; undefined when there is none. */
export function findMarker(json: string): string | undefined {
  const start = json.lastIndexOf(OPENING);
  if (start < 0) return undefined;
  const end = json.indexOf(']]', start);
  if (end < 0) throw new ScriptError('the marker [[sim: is not closed by ]]');
  const inside = json.slice(start + OPENING.length, end);
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return inside;
  }
}

export function stripMarkers(prompt: string): string {
  return prompt.includes(OPENING) ? prompt.replace(/\[\[sim:.*?\]\]/gs, '').trim() : prompt;
}

/** A key in the header wins over the same key in the marker. Throws ScriptError. */
export function readScript(marker: string | undefined, header: string | undefined): Script {
  if (marker === undefined && header === undefined) return nothing;
  const script: Script = {};
  if (marker !== undefined) readInto(script, marker);
  if (header !== undefined) readInto(script, header);
  if (script.times !== undefined && script.id === undefined)
    throw new ScriptError('key "times" wants an "id" to count the tries of');
  return script;
}

/** The same script without its faults: what a try after the first `times` gets. */
export function withoutFaults(script: Script): Script {
  return {
    ...script,
    status: undefined,
    retryAfter: undefined,
    ttfbMs: undefined,
    reset: undefined,
    cut: undefined,
    stall: undefined,
    stallAfter: undefined,
    errorInStream: undefined,
    noFinish: undefined,
    noDone: undefined,
    invalidJson: undefined,
  };
}
