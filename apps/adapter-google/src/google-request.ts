/** What we write to Gemini. https://ai.google.dev/api/generate-content#request-body */

export interface GoogleRequest {
  systemInstruction?: { parts: GoogleTextPart[] };
  contents: GoogleContent[];
  tools?: { functionDeclarations: GoogleFunction[] }[];
  toolConfig?: GoogleToolConfig;
  generationConfig: GoogleGenerationConfig;
}

export interface GoogleContent {
  role: 'user' | 'model';
  parts: GooglePart[];
}

export interface GoogleTextPart {
  text: string;
  thoughtSignature?: string;
}

export interface GoogleBlob {
  mimeType: string;
  /** Base64. */
  data: string;
}

export type GoogleMediaPart =
  { inlineData: GoogleBlob } | { fileData: { fileUri: string; mimeType?: string } };

export interface GoogleCallPart {
  functionCall: { id?: string; name: string; args: Record<string, unknown> };
  thoughtSignature?: string;
}

export interface GoogleResultPart {
  functionResponse: {
    id?: string;
    name: string;
    response: Record<string, unknown>;
    /** Gemini 3: files that belong to the result. */
    parts?: GoogleMediaPart[];
  };
}

export type GooglePart = GoogleTextPart | GoogleMediaPart | GoogleCallPart | GoogleResultPart;

export interface GoogleFunction {
  name: string;
  description?: string;
  /** A part of OpenAPI's schema: what models before 2.5 take. */
  parameters?: Record<string, unknown>;
  parametersJsonSchema?: Record<string, unknown>;
}

export interface GoogleToolConfig {
  functionCallingConfig: { mode: 'AUTO' | 'ANY' | 'NONE'; allowedFunctionNames?: string[] };
}

export interface GoogleGenerationConfig {
  temperature?: number;
  topP?: number;
  topK?: number;
  maxOutputTokens?: number;
  candidateCount?: number;
  stopSequences?: string[];
  seed?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  responseMimeType?: 'application/json';
  responseSchema?: Record<string, unknown>;
  responseJsonSchema?: Record<string, unknown>;
  thinkingConfig?: GoogleThinkingConfig;
}

export interface GoogleThinkingConfig {
  includeThoughts: boolean;
  thinkingBudget?: number;
  thinkingLevel?: 'minimal' | 'low' | 'medium' | 'high';
}
