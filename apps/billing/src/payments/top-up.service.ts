import { Inject, Injectable } from '@nestjs/common';
import type {
  CreateTopUpRequest,
  CreateTopUpResponse,
  ListPaymentsRequest,
  ListPaymentsResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { nanoUsd } from '@tokenroute/money';
import type { Logger } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER, PAYMENT_PROVIDER } from '../tokens.js';
import type { ChosenProvider } from './choose-provider.js';
import { FreezeRepository } from './freeze.repository.js';
import { loggableError } from './loggable-error.js';
import type { PaymentProvider } from './payment-provider.js';
import { PaymentRepository, type PaymentRow } from './payment.repository.js';
import { amountLimits, checkReturnUrl, checkTopUpAmount, refused } from './top-up-rules.js';

const defaultPageSize = 20;
const maxPageSize = 100;

@Injectable()
export class TopUpService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly freezes: FreezeRepository,
    @Inject(PAYMENT_PROVIDER) private readonly chosen: ChosenProvider,
    @Inject(CONFIG) private readonly config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Fault invalid-request naming the field; not-found; permission (frozen); conflict; unavailable */
  async create(request: CreateTopUpRequest): Promise<CreateTopUpResponse> {
    const { id, accountId, amountNanoUsd, savePaymentMethod, successUrl, cancelUrl } = request;
    if (!validate(id)) throw refused('id', 'not a UUID');
    checkTopUpAmount('amount_nano_usd', amountNanoUsd, amountLimits(this.config));
    checkReturnUrl('success_url', successUrl);
    checkReturnUrl('cancel_url', cancelUrl);
    const account = await this.accountOf(accountId);
    if (account.frozenAt)
      throw new Fault('permission', `The account is frozen: ${account.reason}.`, { param: 'account_id' });
    const provider = this.provider();

    const checkout = { id, accountId, amountNanoUsd, savePaymentMethod, successUrl, cancelUrl };
    const row = await this.payments.insertCheckout(checkout);
    if (!isSame(row, request))
      throw new Fault('conflict', 'id: this id was used for another top-up.', { param: 'id' });
    const url = row.checkout_url ?? (await this.openCheckout(provider, row, account.email));
    return { payment: toPayment(row), checkoutUrl: url };
  }

  /** @throws Fault invalid-request naming the field; not-found */
  async list({ accountId, pageSize, pageToken }: ListPaymentsRequest): Promise<ListPaymentsResponse> {
    if (pageToken !== '' && !/^\d{1,18}$/.test(pageToken)) throw refused('page_token', 'not a page token');
    await this.accountOf(accountId);
    const limit = pageSizeOf(pageSize);
    const before = pageToken === '' ? null : BigInt(pageToken);
    const rows = await this.payments.ofAccount(accountId, limit + 1, before);
    const payments = rows.slice(0, limit);
    const more = rows.length > limit;
    return { payments, nextPageToken: more ? payments.at(-1)!.sequence.toString() : '' };
  }

  private async openCheckout(provider: PaymentProvider, row: PaymentRow, email: string): Promise<string> {
    try {
      const customer = await this.customerOf(provider, row.account_id, email);
      const url = await provider.createCheckout({
        paymentId: row.id,
        accountId: row.account_id,
        email,
        customer,
        amount: nanoUsd(row.amount_nano_usd),
        savePaymentMethod: row.save_payment_method,
        successUrl: row.success_url!,
        cancelUrl: row.cancel_url!,
      });
      await this.payments.storeCheckoutUrl(row.id, url);
      return url;
    } catch (error) {
      this.logger.error({ ...loggableError(error), payment: row.id }, 'payments: no payment page');
      // Without its cause, which would be logged whole.
      throw new Fault('unavailable', 'The payment provider does not answer. Please try again.');
    }
  }

  private async customerOf(provider: PaymentProvider, accountId: string, email: string): Promise<string> {
    const known = await this.payments.findCustomer(accountId);
    if (known) return known;
    await this.payments.storeCustomer(accountId, await provider.createCustomer(accountId, email));
    return (await this.payments.findCustomer(accountId))!;
  }

  private async accountOf(accountId: string) {
    const account = validate(accountId) ? await this.freezes.find(accountId) : null;
    if (!account) throw new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
    return account;
  }

  private provider(): PaymentProvider {
    if (this.chosen.kind === 'none')
      throw new Fault(
        'unavailable',
        'This installation is not connected to a payment provider: ask whoever runs it for credit.',
      );
    return this.chosen.provider;
  }
}

/** @throws Fault invalid-request */
export function pageSizeOf(pageSize: number): number {
  if (pageSize > maxPageSize) throw refused('page_size', `must be at most ${maxPageSize}`);
  return pageSize || defaultPageSize;
}

function isSame(row: PaymentRow, request: CreateTopUpRequest): boolean {
  return (
    row.kind === 'checkout' &&
    row.account_id === request.accountId.toLowerCase() &&
    row.amount_nano_usd === request.amountNanoUsd &&
    row.save_payment_method === request.savePaymentMethod &&
    row.success_url === request.successUrl &&
    row.cancel_url === request.cancelUrl
  );
}

function toPayment(row: PaymentRow): CreateTopUpResponse['payment'] {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    state: row.state,
    amountNanoUsd: row.amount_nano_usd,
    refundedNanoUsd: 0n,
    disputedNanoUsd: 0n,
    problem: row.problem ?? '',
    createdAt: row.created_at,
    creditedAt: row.credited_at ?? undefined,
  };
}
