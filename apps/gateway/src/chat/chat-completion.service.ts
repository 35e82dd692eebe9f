import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { modelIsAllowed } from '@tokenroute/api-key';
import type { ApiKey, CompletionOutcome, Held, Model, UpstreamFault, Usage } from '@tokenroute/contracts';
import { Fault, isFaultCode } from '@tokenroute/faults';
import { formatUsd, type NanoUsd } from '@tokenroute/money';
import { type ChatRequest, readChatRequest } from '@tokenroute/openai-wire';
import { BillingQueries } from '../billing/billing-queries.js';
import { HoldEnder } from '../billing/hold-ender.js';
import { HoldTaker } from '../billing/hold-taker.js';
import { ModelCatalogue } from '../catalogue/model-catalogue.js';
import { ProviderDirectory } from '../providers/provider-directory.js';
import { toCostDetails } from '../receipts/cost-details.js';
import type { Answer } from './answer.js';
import type { ChatOptions } from './chat-options.js';
import { Dispatch } from './dispatch.js';
import { attachmentsOf, requireInputs } from './inputs.js';
import { lowerMaxCost, takeMaxCost } from './max-cost.js';
import { type Quantities, quantitiesOf } from './quantities.js';
import { type ChatQuote, toQuote } from './to-quote.js';
import type { AnswerCost } from './with-cost.js';
import { withinHold } from './within-hold.js';

/** A request that may be dispatched: read, allowed, priced by its quantities. */
export interface AdmittedChat {
  /** Also the hold's id. UUID version 7. */
  requestId: string;
  key: ApiKey;
  body: Buffer;
  /** The client would rather be refused than have a parameter ignored. */
  strictParams: boolean;
  /** The client would rather be refused than have more held than this. */
  maxCostNanoUsd: NanoUsd | null;
  request: ChatRequest;
  model: Model;
  quantities: Quantities;
}

export interface HeldChat extends AdmittedChat {
  held: Held;
}

/** One chat completion: admit, hold, dispatch, settle. */
@Injectable()
export class ChatCompletionService {
  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly holdTaker: HoldTaker,
    private readonly holdEnder: HoldEnder,
    private readonly providers: ProviderDirectory,
    private readonly billing: BillingQueries,
  ) {}

  /**
   * Reads a request and takes its hold.
   * @throws Fault invalid-request, not-found, permission, insufficient-quota, unavailable
   */
  async hold(requestId: string, key: ApiKey, body: Buffer, options: ChatOptions): Promise<HeldChat> {
    const admitted = this.admit(requestId, key, body, options);
    const held = await this.holdTaker.take({
      holdId: requestId,
      accountId: key.accountId,
      keyId: key.id,
      model: admitted.model.id,
      ...admitted.quantities,
      maxAmountNanoUsd: admitted.maxCostNanoUsd ?? undefined,
    });
    return { ...admitted, held };
  }

  /**
   * Tells what a request could cost; nothing is held or dispatched.
   * @throws Fault invalid-request, not-found, permission, unavailable
   */
  async quote(requestId: string, key: ApiKey, body: Buffer, options: ChatOptions): Promise<ChatQuote> {
    const { model, quantities } = this.admit(requestId, key, body, options);
    const quote = await this.billing.quote({ accountId: key.accountId, model: model.id, ...quantities });
    return toQuote(model, quantities, quote);
  }

  /**
   * Dispatches a held request and ends its hold, whatever happens.
   * @param whenGone is called with what to do when the client goes away
   * @throws Fault while an error answer is still possible
   */
  async answer(chat: HeldChat, answer: Answer, whenGone: (cancel: () => void) => void): Promise<void> {
    const dispatch = new Dispatch(answer);
    whenGone(() => dispatch.cancel());
    let outcome: CompletionOutcome;
    try {
      outcome = await dispatch.run(this.providers.exchangeOf(chat.model.provider), {
        requestId: chat.requestId,
        publicModel: chat.model.id,
        upstreamModel: chat.model.upstreamModel,
        stream: chat.request.stream === true,
        body: chat.body,
        maxOutputTokens: chat.model.maxOutputTokens,
        strictParams: chat.strictParams,
      });
    } catch (error) {
      this.release(chat);
      answer.fail(error as Fault);
      return;
    }
    await this.end(chat, outcome, answer);
  }

  private admit(requestId: string, key: ApiKey, received: Buffer, options: ChatOptions): AdmittedChat {
    if (!isUtf8(received)) throw new Fault('invalid-request', 'The request body is not valid UTF-8.');
    const text = received.toString('utf8');
    const capped = takeMaxCost(text, readChatRequest(text));
    const { request } = capped;
    const body = capped.json === text ? received : Buffer.from(capped.json);
    const maxCostNanoUsd = lowerMaxCost(options.maxCostNanoUsd, capped.maxCostNanoUsd);
    const model = this.catalogue.get(request.model);
    if (!modelIsAllowed(key.allowedModels, model.id)) {
      const message = `This API key may not use the model \`${model.id}\`.`;
      throw new Fault('permission', message, { param: 'model' });
    }
    const attachments = attachmentsOf(request);
    requireInputs(attachments, model);
    const quantities = quantitiesOf(request, attachments, model);
    const { strictParams } = options;
    return { requestId, key, body, strictParams, maxCostNanoUsd, request, model, quantities };
  }

  private async end(chat: HeldChat, outcome: CompletionOutcome, answer: Answer): Promise<void> {
    const { end, usage } = outcome;
    switch (end?.$case) {
      case 'completed': {
        const cost = await this.settle(chat, usage!);
        answer.finish(end.value, cost);
        return;
      }
      case 'cancelled':
        // Nothing generated, nothing to pay.
        if (usage) await this.settle(chat, usage);
        else this.release(chat);
        return;
      case 'fault':
        this.release(chat);
        answer.fail(toFault(end.value));
        return;
      case undefined:
        this.release(chat);
        answer.fail(
          new Fault('internal', 'The server had an internal error.', { internal: 'outcome without an end' }),
        );
        return;
      default:
        end satisfies never;
    }
  }

  /** @returns what the customer was charged, null when billing will only charge later */
  private async settle(chat: HeldChat, told: Usage): Promise<AnswerCost | null> {
    const { priceId } = chat.held;
    const usage = withinHold(told, chat.quantities);
    const fate = await this.holdEnder.settle({
      holdId: chat.requestId,
      accountId: chat.key.accountId,
      keyId: chat.key.id,
      model: chat.model.id,
      priceId,
      usage,
      usedAtUnixMs: BigInt(Date.now()),
    });
    if (fate.kind !== 'charged') return null;
    const { chargedNanoUsd, items } = fate.charged;
    return { chargedNanoUsd, details: toCostDetails(priceId, items, usage.estimated) };
  }

  private release(chat: HeldChat): void {
    this.holdEnder.release({ holdId: chat.requestId, accountId: chat.key.accountId });
  }
}

/** Headers every answer to a held request carries. */
export function receiptHeaders(chat: HeldChat): Record<string, string> {
  return {
    'x-request-id': chat.requestId,
    'x-tokenroute-hold-usd': formatUsd(chat.held.amountNanoUsd),
    'x-tokenroute-upstream-model': chat.model.upstreamModel,
  };
}

function toFault(upstream: UpstreamFault): Fault {
  const code = isFaultCode(upstream.code) ? upstream.code : 'upstream';
  return new Fault(code, upstream.publicMessage, {
    param: upstream.param || undefined,
    retryAfterSeconds: upstream.retryAfterSeconds || undefined,
  });
}
