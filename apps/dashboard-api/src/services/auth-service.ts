import type { Client } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthServiceService, PeopleServiceService, type Session } from '@tokenroute/contracts';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { openChannel, type UnaryCalls, unaryCalls } from './unary-calls.js';

/** auth, over gRPC: people and keys. */
@Injectable()
export class AuthService implements OnApplicationShutdown {
  readonly keys: UnaryCalls<typeof AuthServiceService>;
  readonly people: UnaryCalls<typeof PeopleServiceService>;
  private readonly channel: Client;

  constructor(@Inject(CONFIG) config: DashboardConfig) {
    const { AUTH_ADDRESS, CALL_TIMEOUT_MS } = config;
    this.channel = openChannel(AUTH_ADDRESS, 'auth', config);
    this.keys = unaryCalls(AuthServiceService, this.channel, CALL_TIMEOUT_MS);
    this.people = unaryCalls(PeopleServiceService, this.channel, CALL_TIMEOUT_MS);
  }

  onApplicationShutdown(): void {
    this.channel.close();
  }

  /** Whose session a Cookie header carries; undefined: nobody's. */
  async session(cookie: string): Promise<Session | undefined> {
    if (cookie === '') return undefined;
    return (await this.people.getSession({ cookie })).session;
  }
}
