import { Fault } from '@tokenroute/faults';

/** What an adapter does with a parameter of the chat completion request. */
export type ParameterRule =
  /** Sent upstream, as `as` says where the provider has another name or form for it. */
  | { kind: 'sent'; as?: string }
  /** It would change what the caller gets and the provider cannot do it: a 400 that names it. */
  | { kind: 'refused'; because: string }
  /** The provider has no use for it: left out and reported, or refused when the caller is strict. */
  | { kind: 'hint' };

export type ParameterRules = Readonly<Record<string, ParameterRule>>;

/** A value that asks for nothing is accepted everywhere. */
function asksForNothing(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  switch (name) {
    case 'n':
      return value === 1;
    case 'logprobs':
    case 'store':
      return value === false;
    case 'frequency_penalty':
    case 'presence_penalty':
    case 'top_logprobs':
      return value === 0;
    case 'parallel_tool_calls':
      return value === true;
    case 'logit_bias':
    case 'metadata':
      return typeof value === 'object' && Object.keys(value).length === 0;
    case 'modalities':
      return Array.isArray(value) && value.every((modality) => modality === 'text');
    default:
      return false;
  }
}

/**
 * Holds a request against an adapter's rules. A parameter without a rule counts as a hint.
 * @returns the hints that were set, in the order of the request
 * @throws Fault invalid-request naming a parameter that is refused, or with `strict` the first hint
 */
export function ignoredParameters(
  request: Readonly<Record<string, unknown>>,
  rules: ParameterRules,
  options: { providerName: string; strict: boolean },
): string[] {
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(request)) {
    const rule = Object.hasOwn(rules, name) ? rules[name]! : ({ kind: 'hint' } as const);
    if (rule.kind === 'sent' || asksForNothing(name, value)) continue;
    if (rule.kind === 'refused') {
      throw new Fault('invalid-request', `${name}: ${rule.because}.`, { param: name });
    }
    if (options.strict) {
      throw new Fault('invalid-request', `${name}: ${options.providerName} has no use for it.`, {
        param: name,
      });
    }
    ignored.push(name);
  }
  return ignored;
}
