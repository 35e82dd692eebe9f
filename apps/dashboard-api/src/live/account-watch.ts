import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Account } from '@tokenroute/contracts';
import type { Logger } from '@tokenroute/service-kit';
import type { DashboardConfig } from '../config.js';
import { BillingService } from '../services/billing-service.js';
import { CONFIG, LOGGER } from '../tokens.js';

type Listener = (account: Account) => void;

interface Watch {
  listeners: Set<Listener>;
  last: Account | undefined;
  timer: NodeJS.Timeout;
  isAsking: boolean;
}

/** Looks at an account's balance again and again while somebody looks at a page of it; once for all who do. */
@Injectable()
export class AccountWatch implements OnApplicationShutdown {
  private readonly watches = new Map<string, Watch>();

  constructor(
    @Inject(BillingService) private readonly billing: BillingService,
    @Inject(CONFIG) private readonly config: DashboardConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): void {
    for (const { timer } of this.watches.values()) clearInterval(timer);
    this.watches.clear();
  }

  /** Tells the account as it is, then each time that its balance or what is held has changed. Gives back how to end it. */
  listen(accountId: string, listener: Listener): () => void {
    const watch = this.watches.get(accountId) ?? this.begin(accountId);
    watch.listeners.add(listener);
    if (watch.last) listener(watch.last);
    return () => {
      watch.listeners.delete(listener);
      if (watch.listeners.size > 0) return;
      clearInterval(watch.timer);
      this.watches.delete(accountId);
    };
  }

  private begin(accountId: string): Watch {
    const look = () => void this.look(accountId, watch);
    const watch: Watch = {
      listeners: new Set(),
      last: undefined,
      timer: setInterval(look, this.config.LIVE_INTERVAL_MS),
      isAsking: false,
    };
    this.watches.set(accountId, watch);
    look();
    return watch;
  }

  private async look(accountId: string, watch: Watch): Promise<void> {
    if (watch.isAsking) return;
    watch.isAsking = true;
    try {
      const { account } = await this.billing.query.getAccount({ id: accountId });
      if (!account || isSame(account, watch.last)) return;
      watch.last = account;
      for (const listener of watch.listeners) listener(account);
    } catch (error) {
      // The next look may succeed; until then the page shows what it has.
      this.logger.debug({ err: error }, 'live: balance could not be read');
    } finally {
      watch.isAsking = false;
    }
  }
}

function isSame(account: Account, last: Account | undefined): boolean {
  return (
    account.balanceNanoUsd === last?.balanceNanoUsd &&
    account.heldNanoUsd === last.heldNanoUsd &&
    account.frozenReason === last.frozenReason
  );
}
