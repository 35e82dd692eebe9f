import { Inject, Injectable } from '@nestjs/common';
import type { AddPricePlanRequest, PricePlan } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import { AccountService } from '../accounts/account.service.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { LOGGER } from '../tokens.js';
import { CatalogueAnnouncer } from './catalogue-announcer.js';
import { refused } from './model-changes.js';
import { operatorOf } from './operator-of.js';
import { type NewPricePlan, PricePlanWriter } from './price-plan-writer.js';
import { toContractPricePlan } from './to-contract-price-plan.js';

const maxBasisPoints = 100_000;
const maxReasonLength = 500;

/** Prices of an account's own. */
@Injectable()
export class PricePlanService {
  constructor(
    private readonly accounts: AccountService,
    private readonly plans: PricePlanRepository,
    private readonly writer: PricePlanWriter,
    private readonly announcer: CatalogueAnnouncer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Every plan of an account, the newest first. @throws Fault not-found */
  async ofAccount(accountId: string): Promise<PricePlan[]> {
    await this.accounts.get(accountId);
    return (await this.plans.ofAccount(accountId)).map(toContractPricePlan);
  }

  /**
   * Adds a plan, in force from now on or from a later moment.
   * @throws Fault invalid-request naming the field; not-found; conflict when there is one from that moment
   */
  async add(request: AddPricePlanRequest): Promise<PricePlan> {
    const operator = operatorOf(request);
    const outcome = await this.writer.add(newPricePlan(request), operator);
    switch (outcome.kind) {
      case 'unknown':
        throw new Fault('not-found', 'There is no such account or model.', { param: 'account_id' });
      case 'in-the-past':
        throw refused('effective_from', `is past (it is ${outcome.now.toISOString()}); leave it out for now`);
      case 'taken': {
        const message = 'effective_from: there is a plan from that moment; plans are never replaced.';
        throw new Fault('conflict', message, { param: 'effective_from' });
      }
      case 'added': {
        await this.announcer.pricesChanged();
        const { id, accountId, modelId } = outcome.plan;
        this.logger.info({ plan: id.toString(), accountId, model: modelId, operator }, 'price plan added');
        return toContractPricePlan(outcome.plan);
      }
      default:
        return outcome satisfies never;
    }
  }
}

function newPricePlan(request: AddPricePlanRequest): NewPricePlan {
  const { accountId, model, basisPoints } = request;
  const reason = request.reason.trim();
  if (!validate(accountId)) throw refused('account_id', 'not a UUID');
  if (basisPoints < 1 || basisPoints > maxBasisPoints)
    throw refused('basis_points', `must be from 1 to ${maxBasisPoints} (10000 is the list price)`);
  if (reason === '' || reason.length > maxReasonLength)
    throw refused('reason', `must say why, in at most ${maxReasonLength} characters`);
  const effectiveFrom = request.effectiveFrom ?? null;
  return { accountId, modelId: model || null, basisPoints: BigInt(basisPoints), effectiveFrom, reason };
}
