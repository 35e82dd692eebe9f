import { Injectable } from '@nestjs/common';
import type { PaymentEvent } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { type EventState, StripeEventRepository } from './stripe-event.repository.js';
import { StripeEventsWorker } from './stripe-events-worker.js';
import { refused } from './top-up-rules.js';
import { pageSizeOf } from './top-up.service.js';

const states: EventState[] = ['received', 'processed', 'ignored', 'failed', 'held'];

/** What an operator sees of the payment provider's events, and may have processed once more. */
@Injectable()
export class PaymentEventsService {
  constructor(
    private readonly events: StripeEventRepository,
    private readonly worker: StripeEventsWorker,
  ) {}

  /** Those that need somebody when no state is named. @throws Fault invalid-request naming the field */
  async list(state: string, pageSize: number): Promise<PaymentEvent[]> {
    const wanted = states.find((each) => each === state);
    if (state !== '' && !wanted) throw refused('state', `must be one of ${states.join(', ')}`);
    return this.events.inStates(wanted ? [wanted] : ['failed', 'held'], pageSizeOf(pageSize));
  }

  /** @throws Fault not-found */
  async retry(id: string): Promise<void> {
    if (!(await this.events.retry(id)))
      throw new Fault('not-found', 'There is no failed or held event with this id.', { param: 'id' });
    this.worker.kick();
  }
}
