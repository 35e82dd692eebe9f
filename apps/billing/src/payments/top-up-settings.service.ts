import { Inject, Injectable } from '@nestjs/common';
import type { TopUpSettings } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { validate } from 'uuid';
import type { BillingConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { amountLimits, checkSettings, refused } from './top-up-rules.js';
import { TopUpSettingsRepository } from './top-up-settings.repository.js';

@Injectable()
export class TopUpSettingsService {
  constructor(
    private readonly settings: TopUpSettingsRepository,
    @Inject(CONFIG) private readonly config: BillingConfig,
  ) {}

  /** @throws Fault not-found */
  async get(accountId: string): Promise<TopUpSettings> {
    const settings = validate(accountId) ? await this.settings.find(accountId) : null;
    if (!settings) throw new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
    return settings;
  }

  /** @throws Fault invalid-request naming the field; not-found */
  async set(wanted: TopUpSettings | undefined): Promise<TopUpSettings> {
    if (!wanted) throw refused('settings', 'is required');
    const { hasPaymentMethod } = await this.get(wanted.accountId);
    checkSettings(wanted, amountLimits(this.config));
    if (wanted.automatic && !hasPaymentMethod)
      throw refused(
        'automatic',
        'there is no payment method to charge; make a top-up that saves its payment method first',
      );
    await this.settings.save(wanted);
    return this.get(wanted.accountId);
  }
}
