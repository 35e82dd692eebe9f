export { Cancellation } from './cancellation.js';
export type { ProviderHttp } from './completion.js';
export { HttpAdapter } from './http-adapter.js';
export { KeyRing } from './key-ring.js';
export type { CompletionSink } from './provider-adapter.js';
export type { AnswerEnd, ProviderDialect, StreamTranslation, UpstreamRequest } from './provider-dialect.js';
export { type AdapterConfig, adapterPorts, adapterVariables, runAdapter } from './run-adapter.js';
export { SseDecoder, type SseEvent } from './sse-decoder.js';
