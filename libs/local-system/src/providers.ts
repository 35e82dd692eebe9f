/** A provider the product can stand in front of, and how a developer's environment speaks of it. */
export interface ProviderDefinition {
  name: string;
  keyVariable: string;
  /** Names a file of keys, instead of one. */
  keyFileVariable: string;
  baseUrlVariable: string;
  /** Below the simulator's address: the base URL in the form that the provider's own SDK takes. */
  simulatorPath: string;
}

export const providers: readonly ProviderDefinition[] = [
  provider('openai', '/openai/v1'),
  provider('anthropic', '/anthropic'),
  provider('google', '/google'),
  provider('deepseek', '/deepseek'),
  provider('mistral', '/mistral/v1'),
];

/** Where a provider's answers come from in one running system. */
export interface ProviderChoice extends ProviderDefinition {
  simulated: boolean;
  /** One of the two. */
  key?: string;
  keyFile?: string;
  /** Absent: the adapter's own default, which is the real provider. */
  baseUrl?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

// Adapters insist on a key; what answers at a base URL of the developer's own choice may not.
const noKey = 'unset';

/** A provider with a key or a base URL of the developer's is taken at its word; every other one is simulated. */
export function chooseProviders(environment: Environment, names: readonly string[]): ProviderChoice[] {
  return providers
    .filter(({ name }) => names.includes(name))
    .map((definition) => {
      const key = environment[definition.keyVariable] || undefined;
      const keyFile = environment[definition.keyFileVariable] || undefined;
      const baseUrl = environment[definition.baseUrlVariable] || undefined;
      const hasKey = key !== undefined || keyFile !== undefined;
      const simulated = !hasKey && baseUrl === undefined;
      return { ...definition, simulated, key: hasKey ? key : noKey, keyFile, baseUrl };
    });
}

/** The only provider variables an adapter gets to see: its own. */
export function providerEnvironment(choice: ProviderChoice, simulatorUrl: string): Record<string, string> {
  const baseUrl = choice.simulated ? `${simulatorUrl}${choice.simulatorPath}` : choice.baseUrl;
  return {
    ...(choice.key !== undefined && { [choice.keyVariable]: choice.key }),
    ...(choice.keyFile !== undefined && { [choice.keyFileVariable]: choice.keyFile }),
    ...(baseUrl !== undefined && { [choice.baseUrlVariable]: baseUrl }),
  };
}

function provider(name: string, simulatorPath: string): ProviderDefinition {
  const prefix = name.toUpperCase();
  const keyVariable = `${prefix}_API_KEY`;
  return {
    name,
    simulatorPath,
    keyVariable,
    keyFileVariable: `${keyVariable}_FILE`,
    baseUrlVariable: `${prefix}_BASE_URL`,
  };
}
