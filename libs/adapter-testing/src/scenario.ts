import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Usage } from '@tokenroute/contracts';
import type { ClientAnswer } from './client-answer.js';

export const scenarioNames = [
  'text',
  'tool-call',
  'parallel-tools',
  'refusal',
  'length',
  'cached',
  'thinking',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** A whole expectation; a fixture names only what is not empty or zero. */
export interface Expected extends ClientAnswer {
  /** Null: the provider tells none. */
  usage: Usage | null;
}

export interface Scenario {
  request: Record<string, unknown>;
  /** The provider's bodies as they are. */
  response: string;
  stream: string;
  expected: Expected;
}

export interface ErrorBefore {
  status: number;
  body: unknown;
  fault: string;
}

const parts = ['request.json', 'response.json', 'stream.sse', 'expected.json'] as const;

/** The fixtures of one adapter. */
export class Fixtures {
  private readonly folder: string;

  constructor(folder: string | URL) {
    this.folder = folder instanceof URL || folder.startsWith('file:') ? fileURLToPath(folder) : folder;
  }

  /** The files that a scenario lacks; of one that the provider does not have, `none.md` is all there must be. */
  gaps(name: ScenarioName): string[] {
    const present = parts.filter((part) => existsSync(this.path(`${name}.${part}`)));
    const reason = this.reasonForNone(name);
    if (reason === undefined) {
      return parts.filter((part) => !present.includes(part)).map((part) => `${name}.${part} is missing`);
    }
    return [
      ...(/\w+ \w+/.test(reason) ? [] : [`${name}.none.md does not say why`]),
      ...present.map((part) => `${name}.${part} contradicts ${name}.none.md`),
    ];
  }

  isNone(name: ScenarioName): boolean {
    return this.reasonForNone(name) !== undefined;
  }

  scenario(name: ScenarioName): Scenario {
    const { usage, ...answer } = this.json<Partial<Expected>>(`${name}.expected.json`);
    return {
      request: this.json(`${name}.request.json`),
      response: this.text(`${name}.response.json`),
      stream: this.text(`${name}.stream.sse`),
      expected: { ...nothing, ...withoutNulls(answer), usage: usage ? { ...noTokens, ...usage } : null },
    };
  }

  errorsBefore(): ErrorBefore[] {
    const read = this.json<ErrorBefore | ErrorBefore[]>('error-before.json');
    return Array.isArray(read) ? read : [read];
  }

  errorInside(): string {
    return this.text('error-inside.sse');
  }

  private reasonForNone(name: ScenarioName): string | undefined {
    const file = `${name}.none.md`;
    return existsSync(this.path(file)) ? this.text(file) : undefined;
  }

  private json<T>(file: string): T {
    return JSON.parse(this.text(file)) as T;
  }

  private text(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  private path(file: string): string {
    return join(this.folder, file);
  }
}

const nothing: ClientAnswer = { text: '', reasoning: '', refusal: '', toolCalls: [], finishReason: null };

const noTokens: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

function withoutNulls<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as Partial<T>;
}

/** Whether an expectation shows what its scenario is about: a fixture that does not proves nothing. */
export function shows(name: ScenarioName, { usage, ...answer }: Expected): boolean {
  switch (name) {
    case 'text':
      return answer.text !== '' && answer.finishReason === 'stop';
    case 'tool-call':
      return answer.toolCalls.length === 1 && answer.finishReason === 'tool_calls';
    case 'parallel-tools':
      return answer.toolCalls.length > 1 && answer.finishReason === 'tool_calls';
    case 'refusal':
      return answer.refusal !== '' || answer.finishReason === 'content_filter';
    case 'length':
      return answer.finishReason === 'length';
    case 'cached':
      return (usage?.cachedInputTokens ?? 0) > 0;
    case 'thinking':
      return answer.reasoning !== '' || (usage?.reasoningTokens ?? 0) > 0;
    default:
      return name satisfies never;
  }
}
