export { estimateUsage } from './estimate-usage.js';
export type { CompletionSink, ProviderAdapter } from './provider-adapter.js';
export { type AdapterConfig, adapterPorts, adapterVariables, runAdapter } from './run-adapter.js';
export { SseDecoder, type SseEvent } from './sse-decoder.js';
export { UpstreamHttp, type UpstreamHttpOptions, type UpstreamResponse } from './upstream-http.js';
