import { Body, Controller, Get, Inject, Post, Put, Query } from '@nestjs/common';
import { ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { OrganisationMembership } from '@tokenroute/contracts';
import { CurrentOrganisation } from '../access/caller.js';
import type { DashboardConfig } from '../config.js';
import { BillingService } from '../services/billing-service.js';
import { CONFIG } from '../tokens.js';
import {
  type CreateTopUpBody,
  createTopUpBody,
  type PaymentsAnswer,
  paymentsAnswer,
  type TopUpAnswer,
  topUpAnswer,
  type TopUpSettingsAnswer,
  topUpSettingsAnswer,
  type TopUpSettingsBody,
  topUpSettingsBody,
} from './payments-contract.js';
import { fromTopUpSettingsBody, toPaymentsAnswer, toTopUpSettingsAnswer } from './to-payments-answer.js';

const pageSize = 20;

/** Money that comes in. It is paid on the payment provider's page; no card is ever typed here. */
@Controller('api/organisations/:organisationId')
@ApiParam({ name: 'organisationId', type: String })
export class PaymentsController {
  constructor(
    @Inject(BillingService) private readonly billing: BillingService,
    @Inject(CONFIG) private readonly config: DashboardConfig,
  ) {}

  @Get('payments')
  @ApiQuery({ name: 'pageToken', required: false, type: String })
  @ApiResponse({ status: 200, description: 'Payments, the newest first.', standardSchema: paymentsAnswer })
  async list(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Query('pageToken') pageToken = '',
  ): Promise<PaymentsAnswer> {
    const request = { accountId: organisationId, pageSize, pageToken };
    return toPaymentsAnswer(await this.billing.payments.listPayments(request));
  }

  @Post('top-ups')
  @ApiResponse({ status: 201, description: 'Where it is paid.', standardSchema: topUpAnswer })
  async topUp(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Body({ schema: createTopUpBody }) { id, amountNanoUsd, savePaymentMethod }: CreateTopUpBody,
  ): Promise<TopUpAnswer> {
    const billingPage = `${this.config.PUBLIC_URL}/dashboard/billing`;
    const { checkoutUrl } = await this.billing.payments.createTopUp({
      id,
      accountId: organisationId,
      amountNanoUsd: BigInt(amountNanoUsd),
      successUrl: `${billingPage}?payment=${id}`,
      cancelUrl: billingPage,
      savePaymentMethod,
    });
    return { id, checkoutUrl };
  }

  @Get('top-up-settings')
  @ApiResponse({
    status: 200,
    description: 'Alert and automatic top-up.',
    standardSchema: topUpSettingsAnswer,
  })
  async settings(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
  ): Promise<TopUpSettingsAnswer> {
    const { settings } = await this.billing.payments.getTopUpSettings({ accountId: organisationId });
    return toTopUpSettingsAnswer(settings!);
  }

  @Put('top-up-settings')
  @ApiResponse({
    status: 200,
    description: 'The settings as they are now.',
    standardSchema: topUpSettingsAnswer,
  })
  async setSettings(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Body({ schema: topUpSettingsBody }) body: TopUpSettingsBody,
  ): Promise<TopUpSettingsAnswer> {
    const request = { settings: fromTopUpSettingsBody(organisationId, body) };
    const { settings } = await this.billing.payments.setTopUpSettings(request);
    return toTopUpSettingsAnswer(settings!);
  }
}
