import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetDeadLetterRequest,
  GetDeadLetterResponse,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  ReplayDeadLettersRequest,
  ReplayDeadLettersResponse,
} from '@tokenroute/contracts';
import { DeadLetterService } from './dead-letter.service.js';

/** BillingDeadLettersService: settlements that could not be charged. */
@Controller()
export class DeadLettersController {
  constructor(private readonly letters: DeadLetterService) {}

  @GrpcMethod('BillingDeadLettersService', 'listDeadLetters')
  async listDeadLetters(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    return this.letters.list(request);
  }

  @GrpcMethod('BillingDeadLettersService', 'getDeadLetter')
  async getDeadLetter(request: GetDeadLetterRequest): Promise<GetDeadLetterResponse> {
    return { letter: await this.letters.get(request.id) };
  }

  @GrpcMethod('BillingDeadLettersService', 'replayDeadLetters')
  async replayDeadLetters(request: ReplayDeadLettersRequest): Promise<ReplayDeadLettersResponse> {
    return { letters: await this.letters.replay(request.ids) };
  }
}
