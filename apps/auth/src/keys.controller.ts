import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CreateKeyRequest,
  CreateKeyResponse,
  ListKeyEventsRequest,
  ListKeyEventsResponse,
  ListKeysRequest,
  ListKeysResponse,
  RevokeKeyRequest,
  RevokeKeyResponse,
  RotateKeyRequest,
  RotateKeyResponse,
  UpdateKeyRequest,
  UpdateKeyResponse,
  ValidateKeyRequest,
  ValidateKeyResponse,
  ValidateKeysRequest,
  ValidateKeysResponse,
} from '@tokenroute/contracts';
import { KeysService } from './keys.service.js';

/** tokenroute.auth.v1.AuthService. Methods go by their names in the generated definition. */
@Controller()
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @GrpcMethod('AuthService', 'validateKey')
  validateKey(request: ValidateKeyRequest): Promise<ValidateKeyResponse> {
    return this.keys.validateKey(request);
  }

  @GrpcMethod('AuthService', 'validateKeys')
  validateKeys(request: ValidateKeysRequest): Promise<ValidateKeysResponse> {
    return this.keys.validateKeys(request);
  }

  @GrpcMethod('AuthService', 'createKey')
  createKey(request: CreateKeyRequest): Promise<CreateKeyResponse> {
    return this.keys.createKey(request);
  }

  @GrpcMethod('AuthService', 'listKeys')
  listKeys(request: ListKeysRequest): Promise<ListKeysResponse> {
    return this.keys.listKeys(request);
  }

  @GrpcMethod('AuthService', 'revokeKey')
  revokeKey(request: RevokeKeyRequest): Promise<RevokeKeyResponse> {
    return this.keys.revokeKey(request);
  }

  @GrpcMethod('AuthService', 'updateKey')
  updateKey(request: UpdateKeyRequest): Promise<UpdateKeyResponse> {
    return this.keys.updateKey(request);
  }

  @GrpcMethod('AuthService', 'rotateKey')
  rotateKey(request: RotateKeyRequest): Promise<RotateKeyResponse> {
    return this.keys.rotateKey(request);
  }

  @GrpcMethod('AuthService', 'listKeyEvents')
  listKeyEvents(request: ListKeyEventsRequest): Promise<ListKeyEventsResponse> {
    return this.keys.listKeyEvents(request);
  }
}
