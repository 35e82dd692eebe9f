export type { AnswerEnd, ProviderDialect, StreamTranslation, UpstreamRequest } from './provider-dialect.js';
export { type AdapterConfig, adapterPorts, adapterVariables, runAdapter } from './run-adapter.js';
export { SseDecoder, type SseEvent } from './sse-decoder.js';
