import type { PricePlan as ContractPricePlan } from '@tokenroute/contracts';
import type { PricePlan } from '../pricing/price-plan.js';

/** A row of price plans as the contract says it. */
export function toContractPricePlan(plan: PricePlan): ContractPricePlan {
  return {
    id: plan.id,
    accountId: plan.accountId,
    model: plan.modelId ?? '',
    basisPoints: Number(plan.basisPoints),
    effectiveFrom: plan.effectiveFrom,
    reason: plan.reason,
  };
}
