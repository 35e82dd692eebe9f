import { Injectable } from '@nestjs/common';
import {
  type CompletionOutcome,
  type Held,
  subjects,
  type Telemetry,
  type UpstreamFault,
  type Usage,
} from '@tokenroute/contracts';
import { asFault, Fault, isFaultCode } from '@tokenroute/faults';
import { formatUsd } from '@tokenroute/money';
import {
  childSpan,
  Ending,
  endSpan,
  errorTypeOf,
  SpanKind,
  traceparentOf,
  withSpan,
} from '@tokenroute/service-kit';
import { BillingQueries } from '../billing/billing-queries.js';
import { HoldEnder, type SettlementFate } from '../billing/hold-ender.js';
import { ModelCatalogue } from '../catalogue/model-catalogue.js';
import { answerHeaders } from '../http/answer-headers.js';
import { LimitedHolds } from '../limits/limited-holds.js';
import type { Admission } from '../limits/rate-limiter.js';
import { ProviderDirectory } from '../providers/provider-directory.js';
import { toCostDetails } from '../receipts/cost-details.js';
import { type AdmittedChat, admitChat, type ReceivedChat } from './admit-chat.js';
import type { Answer } from './answer.js';
import { Dispatch } from './dispatch.js';
import { type ChatQuote, toQuote } from './to-quote.js';
import { clientClosedRequest, toTelemetry } from './to-telemetry.js';
import type { AnswerCost } from './with-cost.js';
import { withinHold } from './within-hold.js';

export interface HeldChat extends AdmittedChat {
  kind: 'held';
  held: Held;
  admission: Admission;
}

/** A named request that was answered and charged before. */
export interface AnsweredChat {
  kind: 'answered';
  requestId: string;
}

const holdSpan = asksBilling(subjects.reserve);
const settleSpan = asksBilling(subjects.settle);
const dispatchSpan = {
  kind: SpanKind.CLIENT,
  attributes: { 'rpc.system': 'grpc', 'rpc.method': 'exchange' },
};

function asksBilling(subject: string) {
  return {
    kind: SpanKind.CLIENT,
    attributes: { 'messaging.system': 'nats', 'messaging.destination.name': subject },
  };
}

/** One chat completion: admit, hold, dispatch, settle. */
@Injectable()
export class ChatCompletionService {
  private readonly underWay = new Set<Promise<void>>();
  private readonly dispatches = new Set<Dispatch>();

  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly holds: LimitedHolds,
    private readonly holdEnder: HoldEnder,
    private readonly providers: ProviderDirectory,
    private readonly billing: BillingQueries,
    ending: Ending,
  ) {
    ending.onTimeUp(() => this.giveUp());
  }

  /**
   * Reads a request, takes a place with its provider, and its hold. When it is held, `answer` has to follow.
   * @throws Fault invalid-request, not-found, permission, rate-limited, insufficient-quota, conflict, unavailable
   */
  async hold(received: ReceivedChat): Promise<HeldChat | AnsweredChat> {
    const admitted = admitChat(this.catalogue, received);
    const { provider } = admitted.model;
    const { places } = this.providers;
    places.enter(provider);
    let chat: HeldChat | AnsweredChat | undefined;
    try {
      chat = await this.takeHold(admitted);
      return chat;
    } finally {
      if (chat?.kind !== 'held') places.leave(provider);
    }
  }

  private async takeHold(admitted: AdmittedChat): Promise<HeldChat | AnsweredChat> {
    const { requestId, key, quantities } = admitted;
    const hold = await withSpan(admitted.span, 'hold', holdSpan, (span) =>
      this.holds.take(admitted, {
        holdId: requestId,
        accountId: key.accountId,
        keyId: key.id,
        model: admitted.model.id,
        inputTokensBound: quantities.inputTokensBound,
        outputTokensLimit: quantities.outputTokensLimit,
        maxAmountNanoUsd: admitted.maxCostNanoUsd ?? undefined,
        monthlyBudgetNanoUsd: key.monthlyBudgetNanoUsd,
        traceparent: traceparentOf(span),
      }),
    );
    if (hold.kind === 'answered') return { kind: 'answered', requestId: hold.holdId };
    const { held, admission } = hold;
    return { ...admitted, kind: 'held', requestId: hold.holdId, held, admission };
  }

  /**
   * Tells what a request could cost; nothing is held or dispatched.
   * @throws Fault invalid-request, not-found, permission, unavailable
   */
  async quote(received: ReceivedChat): Promise<ChatQuote> {
    const { key, model, quantities } = admitChat(this.catalogue, received);
    const quote = await this.billing.quote({ accountId: key.accountId, model: model.id, ...quantities });
    return toQuote(model, quantities, quote);
  }

  /**
   * Dispatches a held request and ends its hold, whatever happens. A client that goes away may leave an outcome that comes
   * minutes later, where the provider's meter runs on.
   * @param whenGone is called with what to do when the client goes away
   * @throws Fault while an error answer is still possible
   */
  async answer(chat: HeldChat, answer: Answer, whenGone: (cancel: () => void) => void): Promise<void> {
    const completion = this.complete(chat, answer, whenGone);
    this.underWay.add(completion);
    try {
      await completion;
    } finally {
      this.underWay.delete(completion);
      this.providers.places.leave(chat.model.provider);
    }
  }

  /** Resolves when every outcome that was waited for has come, also those whose client is gone. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  /** Our time is up, and that is not the customers' fault: what is under way ends with an error and costs nothing. */
  private giveUp(): void {
    const message = 'The service is being restarted. Please try again.';
    for (const dispatch of this.dispatches) {
      dispatch.giveUp(new Fault('unavailable', message, { retryAfterSeconds: 1 }));
    }
  }

  private async complete(
    chat: HeldChat,
    answer: Answer,
    whenGone: (cancel: () => void) => void,
  ): Promise<void> {
    const dispatch = new Dispatch(answer);
    whenGone(() => dispatch.cancel());
    this.dispatches.add(dispatch);
    const span = childSpan(chat.span, 'dispatch', dispatchSpan);
    let outcome: CompletionOutcome;
    try {
      outcome = await dispatch.run(this.providers.adapterOf(chat.model.provider), {
        requestId: chat.requestId,
        publicModel: chat.model.id,
        upstreamModel: chat.model.upstreamModel,
        stream: chat.request.stream === true,
        body: chat.body,
        maxOutputTokens: chat.model.maxOutputTokens,
        strictParams: chat.strictParams,
        traceparent: traceparentOf(span),
      });
      endSpan(span, undefined, outcome.end?.$case === 'fault' ? outcome.end.value.code : undefined);
    } catch (error) {
      endSpan(span, undefined, errorTypeOf(error));
      const fault = asFault(error);
      await this.release(chat, toTelemetry(chat, dispatch, fault.httpStatus));
      answer.fail(fault);
      return;
    } finally {
      this.dispatches.delete(dispatch);
    }
    await this.end(chat, { dispatch, outcome, answer });
  }

  private async end(
    chat: HeldChat,
    { dispatch, outcome, answer }: { dispatch: Dispatch; outcome: CompletionOutcome; answer: Answer },
  ): Promise<void> {
    const { end, usage, finishReason } = outcome;
    const telemetry = (httpStatus: number) => toTelemetry(chat, dispatch, httpStatus, finishReason);
    switch (end?.$case) {
      case 'completed': {
        await answer.beforeCharge?.(end.value);
        const fate = await this.settle(chat, usage!, telemetry(200));
        // Its hold was given back for a repeat, while billing thought that this gateway was dead: there is to be one answer.
        if (chat.name && fate.kind === 'conflict') answer.fail(takenOver());
        else answer.finish(end.value, costOf(chat, fate, usage!.estimated));
        return;
      }
      case 'cancelled':
        // Nothing generated, nothing to pay.
        if (usage) await this.settle(chat, usage, telemetry(clientClosedRequest));
        else await this.release(chat, telemetry(clientClosedRequest));
        return;
      case 'fault':
      case undefined: {
        const fault = end ? toFault(end.value) : outcomeWithoutEnd();
        await this.release(chat, telemetry(fault.httpStatus));
        answer.fail(fault);
        return;
      }
      default:
        end satisfies never;
    }
  }

  private async settle(chat: HeldChat, told: Usage, telemetry: Telemetry): Promise<SettlementFate> {
    const { priceId, pricePlanId } = chat.held;
    const usage = withinHold(told, chat.quantities);
    chat.admission.used(usage.inputTokens, usage.outputTokens);
    return withSpan(chat.span, 'settle', settleSpan, (span) =>
      this.holdEnder.settle({
        holdId: chat.requestId,
        accountId: chat.key.accountId,
        keyId: chat.key.id,
        model: chat.model.id,
        priceId,
        pricePlanId,
        usage,
        usedAtUnixMs: BigInt(Date.now()),
        telemetry,
        traceparent: traceparentOf(span),
      }),
    );
  }

  /** A named request is asked again at once, and refused while its hold is there: its client waits for the release. */
  private async release(chat: HeldChat, telemetry: Telemetry): Promise<void> {
    chat.admission.unused();
    const release = {
      holdId: chat.requestId,
      accountId: chat.key.accountId,
      telemetry,
      traceparent: traceparentOf(chat.span),
    };
    if (chat.name) await this.holdEnder.releaseNow(release);
    else this.holdEnder.release(release);
  }
}

/** Headers every answer to a held request carries. */
export function receiptHeaders(chat: HeldChat): Record<string, string> {
  return {
    [answerHeaders.requestId]: chat.requestId,
    [answerHeaders.hold]: formatUsd(chat.held.amountNanoUsd),
    [answerHeaders.upstreamModel]: chat.model.upstreamModel,
  };
}

/** Null when billing will only charge later. */
function costOf({ held }: HeldChat, fate: SettlementFate, estimated: boolean): AnswerCost | null {
  if (fate.kind !== 'charged') return null;
  const { chargedNanoUsd, items } = fate.charged;
  return { chargedNanoUsd, details: toCostDetails(held, items, estimated) };
}

function takenOver(): Fault {
  const message = 'A repeat of this request took its place. Please ask again for its answer.';
  return new Fault('conflict', message, { param: 'Idempotency-Key', retryAfterSeconds: 1 });
}

function outcomeWithoutEnd(): Fault {
  return new Fault('internal', 'The server had an internal error.', { internal: 'outcome without an end' });
}

function toFault(upstream: UpstreamFault): Fault {
  const code = isFaultCode(upstream.code) ? upstream.code : 'upstream';
  return new Fault(code, upstream.publicMessage, {
    param: upstream.param || undefined,
    retryAfterSeconds: upstream.retryAfterSeconds || undefined,
  });
}
