import { Controller, Get, Headers, Inject } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { isAdministrator } from '../access/session-reader.js';
import type { DashboardConfig } from '../config.js';
import { AuthService } from '../services/auth-service.js';
import { CONFIG } from '../tokens.js';
import { type CurrentSessionAnswer, currentSessionAnswer } from './session-contract.js';
import { toSessionAnswer } from './to-session-answer.js';

@Controller('api/session')
export class SessionController {
  constructor(
    @Inject(AuthService) private readonly auth: AuthService,
    @Inject(CONFIG) private readonly config: DashboardConfig,
  ) {}

  @Get()
  @ApiResponse({
    status: 200,
    description: 'Who is signed in, and where the API is.',
    standardSchema: currentSessionAnswer,
  })
  async show(@Headers() { cookie = '' }: { cookie?: string }): Promise<CurrentSessionAnswer> {
    const session = await this.auth.session(cookie);
    return {
      session: session ? toSessionAnswer(session, isAdministrator(session, this.config)) : null,
      publicApiUrl: this.config.PUBLIC_API_URL,
    };
  }
}
