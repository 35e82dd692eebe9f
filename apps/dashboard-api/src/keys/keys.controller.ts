import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { ChangeAuthor, OrganisationMembership } from '@tokenroute/contracts';
import { Author, CurrentOrganisation } from '../access/caller.js';
import { AuthService } from '../services/auth-service.js';
import { LimitUses } from '../services/limit-uses.js';
import { fromKeyChange, fromKeySettings } from './from-key-settings.js';
import {
  type ChangeKeyBody,
  changeKeyBody,
  type CreateKeyBody,
  createKeyBody,
  type KeyAnswer,
  keyAnswer,
  type KeyEventsAnswer,
  keyEventsAnswer,
  type KeysAnswer,
  keysAnswer,
  type LimitUseAnswer,
  limitUseAnswer,
  type NewKeyAnswer,
  newKeyAnswer,
  type RotateKeyBody,
  rotateKeyBody,
} from './keys-contract.js';
import { hasMinuteLimits, toKeyAnswer } from './to-key-answer.js';

/** The organisation's keys. auth is told the account at every call: another's key is an unknown one. */
@Controller('api/organisations/:organisationId/keys')
@ApiParam({ name: 'organisationId', type: String })
export class KeysController {
  constructor(
    @Inject(AuthService) private readonly auth: AuthService,
    @Inject(LimitUses) private readonly limitUses: LimitUses,
  ) {}

  @Get()
  @ApiResponse({ status: 200, description: 'All keys, the newest first.', standardSchema: keysAnswer })
  async list(@CurrentOrganisation() { organisationId }: OrganisationMembership): Promise<KeysAnswer> {
    const { keys } = await this.auth.keys.listKeys({ accountId: organisationId });
    const answers = keys.map((key) => toKeyAnswer(key, new Date()));
    return { keys: answers.sort((left, right) => right.createdAt.localeCompare(left.createdAt)) };
  }

  @Get('limit-use')
  @ApiResponse({
    status: 200,
    description: 'How much of their limits per minute keys have used at this moment.',
    standardSchema: limitUseAnswer,
  })
  async limitUse(@CurrentOrganisation() { organisationId }: OrganisationMembership): Promise<LimitUseAnswer> {
    const { keys } = await this.auth.keys.listKeys({ accountId: organisationId });
    const limited = keys.filter((key) => hasMinuteLimits(key, new Date()));
    const uses = await this.limitUses.of(limited.map(({ id }) => id));
    return { uses: uses.map(({ tokens, ...use }) => ({ ...use, tokens: Number(tokens) })) };
  }

  @Post()
  @ApiResponse({
    status: 201,
    description: 'The key, and its secret for the only time.',
    standardSchema: newKeyAnswer,
  })
  async create(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Author() author: ChangeAuthor,
    @Body({ schema: createKeyBody }) body: CreateKeyBody,
  ): Promise<NewKeyAnswer> {
    const request = { ...fromKeySettings(body), accountId: organisationId, author };
    const { key, secret } = await this.auth.keys.createKey(request);
    return { key: toKeyAnswer(key!, new Date()), secret };
  }

  @Patch(':keyId')
  @ApiResponse({ status: 200, description: 'The key as it is now.', standardSchema: keyAnswer })
  async change(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Author() author: ChangeAuthor,
    @Param('keyId') keyId: string,
    @Body({ schema: changeKeyBody }) body: ChangeKeyBody,
  ): Promise<KeyAnswer> {
    const request = { ...fromKeyChange(keyId, body), accountId: organisationId, author };
    const { key } = await this.auth.keys.updateKey(request);
    return toKeyAnswer(key!, new Date());
  }

  @Post(':keyId/rotation')
  @ApiResponse({ status: 201, description: 'The key that takes its place.', standardSchema: newKeyAnswer })
  async rotate(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Author() author: ChangeAuthor,
    @Param('keyId') keyId: string,
    @Body({ schema: rotateKeyBody }) { overlapSeconds }: RotateKeyBody,
  ): Promise<NewKeyAnswer> {
    const request = { id: keyId, accountId: organisationId, overlapSeconds, author };
    const { key, secret } = await this.auth.keys.rotateKey(request);
    return { key: toKeyAnswer(key!, new Date()), secret };
  }

  @Post(':keyId/revocation')
  @HttpCode(200)
  @ApiResponse({ status: 200, description: 'The key, revoked for good.', standardSchema: keyAnswer })
  async revoke(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Author() author: ChangeAuthor,
    @Param('keyId') keyId: string,
  ): Promise<KeyAnswer> {
    const { key } = await this.auth.keys.revokeKey({ id: keyId, accountId: organisationId, author });
    return toKeyAnswer(key!, new Date());
  }

  @Get(':keyId/events')
  @ApiResponse({
    status: 200,
    description: 'Who changed what, the newest first.',
    standardSchema: keyEventsAnswer,
  })
  async events(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Param('keyId') keyId: string,
  ): Promise<KeyEventsAnswer> {
    const { events } = await this.auth.keys.listKeyEvents({ id: keyId, accountId: organisationId });
    return {
      events: events.map(({ kind, at, author, detail }) => ({
        kind,
        at: at!.toISOString(),
        author: author?.name ?? '',
        address: author?.address ?? '',
        detail,
      })),
    };
  }
}
