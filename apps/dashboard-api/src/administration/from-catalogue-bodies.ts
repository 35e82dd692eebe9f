import type { AddPriceRequest, NewRates, PutModelRequest } from '@tokenroute/contracts';
import type { ModelBody, PriceBody } from './catalogue-contract.js';

/** The contract's names of what may be changed. */
const fieldNames: Record<keyof ModelBody, string> = {
  provider: 'provider',
  upstreamModel: 'upstream_model',
  ownedBy: 'owned_by',
  contextTokens: 'context_tokens',
  maxOutputTokens: 'max_output_tokens',
  capabilities: 'capabilities',
  deprecatedAt: 'deprecated_at',
  replacedBy: 'replaced_by',
  retiredAt: 'retired_at',
};

export function fromModelBody(id: string, body: ModelBody): Omit<PutModelRequest, 'operator'> {
  return {
    model: {
      id,
      provider: body.provider ?? '',
      upstreamModel: body.upstreamModel ?? '',
      ownedBy: body.ownedBy ?? '',
      contextTokens: body.contextTokens ?? 0,
      maxOutputTokens: body.maxOutputTokens ?? 0,
      capabilities: body.capabilities ?? [],
      deprecatedAt: dateOf(body.deprecatedAt),
      replacedBy: body.replacedBy ?? '',
      retiredAt: dateOf(body.retiredAt),
    },
    fields: (Object.keys(body) as (keyof ModelBody)[]).map((name) => fieldNames[name]),
  };
}

export function fromPriceBody(model: string, body: PriceBody): Omit<AddPriceRequest, 'operator'> {
  const { rates, longContext, peak, effectiveFrom, source } = body;
  return {
    model,
    rates: toNewRates(rates),
    longContextRates: longContext ? toNewRates(longContext.rates) : undefined,
    longContextAboveTokens: longContext?.aboveTokens ?? 0,
    peakHours: peak?.hours ?? '',
    peakPercent: peak?.percent ?? 0,
    effectiveFrom: dateOf(effectiveFrom),
    source,
  };
}

function toNewRates(rates: PriceBody['rates']): NewRates {
  return Object.fromEntries(Object.entries(rates).map(([name, picoUsd]) => [name, BigInt(picoUsd)]));
}

function dateOf(time: string | null | undefined): Date | undefined {
  return time ? new Date(time) : undefined;
}
