import { isUtf8 } from 'node:buffer';
import { modelIsAllowed } from '@tokenroute/api-key';
import type { ApiKey, Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { NanoUsd } from '@tokenroute/money';
import { type ChatRequest, readChatRequest } from '@tokenroute/openai-wire';
import type { Span } from '@tokenroute/service-kit';
import type { ModelCatalogue } from '../catalogue/model-catalogue.js';
import { nameRequest, type RequestName } from '../idempotency/idempotency-key.js';
import type { ChatOptions } from './chat-options.js';
import { attachmentsOf, requireInputs } from './inputs.js';
import { lowerMaxCost, takeMaxCost } from './max-cost.js';
import { type Quantities, quantitiesOf } from './quantities.js';

/** A request as it came, of a key that may ask. */
export interface ReceivedChat {
  requestId: string;
  key: ApiKey;
  body: Buffer;
  options: ChatOptions;
  /** Null: its trace is not recorded. */
  span: Span | null;
}

/** A request that may be dispatched: read, allowed, priced by its quantities. */
export interface AdmittedChat {
  /** Also the hold's id. UUID version 7, of version 8 when it comes from the request's name. */
  requestId: string;
  /** When the whole request was there, as performance.now() tells. */
  receivedAtMs: number;
  /** Null: to ask again is a new request. */
  name: RequestName | null;
  key: ApiKey;
  body: Buffer;
  /** The client would rather be refused than have a parameter ignored. */
  strictParams: boolean;
  /** The client would rather be refused than have more held than this. */
  maxCostNanoUsd: NanoUsd | null;
  request: ChatRequest;
  model: Model;
  quantities: Quantities;
  /** Of the request; null when its trace is not recorded. */
  span: Span | null;
}

/**
 * Reads a request and decides whether it may be dispatched.
 * @throws Fault invalid-request, not-found, permission
 */
export function admitChat(
  catalogue: ModelCatalogue,
  { requestId, key, body: received, options, span }: ReceivedChat,
): AdmittedChat {
  const receivedAtMs = performance.now();
  if (!isUtf8(received)) throw new Fault('invalid-request', 'The request body is not valid UTF-8.');
  const text = received.toString('utf8');
  const capped = takeMaxCost(text, readChatRequest(text));
  const { request } = capped;
  const body = capped.json === text ? received : Buffer.from(capped.json);
  const maxCostNanoUsd = lowerMaxCost(options.maxCostNanoUsd, capped.maxCostNanoUsd);
  const model = catalogue.get(request.model);
  if (!modelIsAllowed(key.allowedModels, model.id)) {
    const message = `This API key may not use the model \`${model.id}\`.`;
    throw new Fault('permission', message, { param: 'model' });
  }
  const attachments = attachmentsOf(request);
  requireInputs(attachments, model);
  const quantities = quantitiesOf(request, attachments, model);
  // A stream has no answer that could be given twice; some clients name all they send.
  const name = request.stream === true ? null : nameRequest(options.idempotencyKey, received, requestId);
  const { strictParams } = options;
  return {
    requestId,
    receivedAtMs,
    name,
    key,
    body,
    strictParams,
    maxCostNanoUsd,
    request,
    model,
    quantities,
    span,
  };
}
