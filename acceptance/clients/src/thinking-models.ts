/** One model of each provider that wants its thoughts back. */
export const thinkingModels: readonly string[] = ['claude-sonnet-4-5', 'gemini-2.5-pro', 'deepseek-reasoner'];
