import type { ListPaymentsResponse, Payment, TopUpSettings } from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import type { PaymentsAnswer, TopUpSettingsAnswer, TopUpSettingsBody } from './payments-contract.js';

type PaymentAnswer = PaymentsAnswer['payments'][number];

export function toPaymentsAnswer({ payments, nextPageToken }: ListPaymentsResponse): PaymentsAnswer {
  return { payments: payments.map(toPaymentAnswer), nextPageToken: nextPageToken || null };
}

function toPaymentAnswer(payment: Payment): PaymentAnswer {
  return {
    id: payment.id,
    kind: payment.kind as PaymentAnswer['kind'],
    state: payment.state as PaymentAnswer['state'],
    amountNanoUsd: payment.amountNanoUsd.toString(),
    refundedNanoUsd: payment.refundedNanoUsd.toString(),
    disputedNanoUsd: payment.disputedNanoUsd.toString(),
    problem: payment.problem,
    createdAt: payment.createdAt!.toISOString(),
    creditedAt: timestampOf(payment.creditedAt),
  };
}

export function toTopUpSettingsAnswer(settings: TopUpSettings): TopUpSettingsAnswer {
  const { automatic } = settings;
  return {
    lowBalanceNanoUsd: settings.lowBalanceNanoUsd?.toString() ?? null,
    automatic: automatic
      ? {
          thresholdNanoUsd: automatic.thresholdNanoUsd.toString(),
          amountNanoUsd: automatic.amountNanoUsd.toString(),
          monthlyCapNanoUsd: automatic.monthlyCapNanoUsd.toString(),
        }
      : null,
    hasPaymentMethod: settings.hasPaymentMethod,
    pausedReason: settings.pausedReason || null,
  };
}

export function fromTopUpSettingsBody(accountId: string, body: TopUpSettingsBody): TopUpSettings {
  const { lowBalanceNanoUsd, automatic } = body;
  return {
    accountId,
    lowBalanceNanoUsd: lowBalanceNanoUsd === null ? undefined : BigInt(lowBalanceNanoUsd),
    automatic: automatic
      ? {
          thresholdNanoUsd: BigInt(automatic.thresholdNanoUsd),
          amountNanoUsd: BigInt(automatic.amountNanoUsd),
          monthlyCapNanoUsd: BigInt(automatic.monthlyCapNanoUsd),
        }
      : undefined,
    hasPaymentMethod: false,
    pausedReason: '',
  };
}
