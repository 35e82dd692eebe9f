import type { ProviderName } from '../provider.js';

export const providerNames = ['openai', 'anthropic', 'google', 'deepseek', 'mistral'] as const;

/** What a test wants to ask, in no provider's words. */
export interface Wanted {
  prompt?: string;
  stream?: boolean;
  tools?: string[];
  schema?: object;
  maxTokens?: number;
  thinking?: boolean;
  model?: string;
  /** The turns after the prompt, in the provider's own form. */
  more?: object[];
}

export interface NativeRequest {
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

export const cityParameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};

const models: Record<ProviderName, [plain: string, thinking: string]> = {
  openai: ['gpt-4o-mini', 'gpt-5-mini'],
  anthropic: ['claude-haiku-4-5', 'claude-haiku-4-5'],
  google: ['gemini-2.0-flash', 'gemini-3-flash-preview'],
  deepseek: ['deepseek-chat', 'deepseek-reasoner'],
  mistral: ['mistral-small-latest', 'magistral-small-latest'],
};

/** The request a correct adapter would send. */
export function nativeRequest(provider: ProviderName, wanted: Wanted = {}): NativeRequest {
  const model = wanted.model ?? models[provider][wanted.thinking ? 1 : 0];
  const prompt = wanted.prompt ?? 'Hello';
  switch (provider) {
    case 'anthropic':
      return anthropicRequest(model, prompt, wanted);
    case 'google':
      return googleRequest(model, prompt, wanted);
    default:
      return dialectRequest(provider, model, prompt, wanted);
  }
}

function dialectRequest(
  provider: ProviderName,
  model: string,
  prompt: string,
  wanted: Wanted,
): NativeRequest {
  const limit = provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  const format = {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: wanted.schema },
  };
  return {
    path:
      { openai: '/openai/v1', deepseek: '/deepseek', mistral: '/mistral/v1' }[provider as 'openai'] +
      '/chat/completions',
    headers: { authorization: 'Bearer key' },
    body: {
      model,
      messages: [{ role: 'user', content: prompt }, ...(wanted.more ?? [])],
      ...(wanted.stream && { stream: true }),
      ...(wanted.stream && provider !== 'mistral' && { stream_options: { include_usage: true } }),
      ...(wanted.maxTokens !== undefined && { [limit]: wanted.maxTokens }),
      ...(wanted.schema && { response_format: provider === 'deepseek' ? { type: 'json_object' } : format }),
      ...(wanted.tools && {
        tools: wanted.tools.map((name) => ({
          type: 'function',
          function: { name, parameters: cityParameters },
        })),
      }),
    },
  };
}

function anthropicRequest(model: string, prompt: string, wanted: Wanted): NativeRequest {
  return {
    path: '/anthropic/v1/messages',
    headers: { 'x-api-key': 'key', 'anthropic-version': '2023-06-01' },
    body: {
      model,
      max_tokens: wanted.maxTokens ?? 4096,
      messages: [{ role: 'user', content: prompt }, ...(wanted.more ?? [])],
      ...(wanted.stream && { stream: true }),
      ...(wanted.thinking && { thinking: { type: 'enabled', budget_tokens: 1024 } }),
      ...(wanted.schema && { output_config: { format: { type: 'json_schema', schema: wanted.schema } } }),
      ...(wanted.tools && { tools: wanted.tools.map((name) => ({ name, input_schema: cityParameters })) }),
    },
  };
}

function googleRequest(model: string, prompt: string, wanted: Wanted): NativeRequest {
  return {
    path: `/google/v1beta/models/${model}:${wanted.stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': 'key' },
    body: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }, ...(wanted.more ?? [])],
      generationConfig: {
        ...(wanted.maxTokens !== undefined && { maxOutputTokens: wanted.maxTokens }),
        ...(wanted.thinking && { thinkingConfig: { includeThoughts: true } }),
        ...(wanted.schema && { responseMimeType: 'application/json', responseJsonSchema: wanted.schema }),
      },
      ...(wanted.tools && {
        tools: [{ functionDeclarations: wanted.tools.map((name) => ({ name, parameters: cityParameters })) }],
      }),
    },
  };
}

export function post(url: string, request: NativeRequest, init: RequestInit = {}): Promise<Response> {
  return fetch(url + request.path, {
    method: 'POST',
    body: JSON.stringify(request.body),
    ...init,
    headers: { 'content-type': 'application/json', ...request.headers, ...(init.headers as object) },
  });
}
