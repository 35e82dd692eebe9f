import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { KeysUsed, subjects } from '@tokenroute/contracts';
import type { NatsConnection } from '@tokenroute/service-kit';
import { NATS } from '../tokens.js';

const intervalMs = 30_000;
/** Of one message: well below what NATS takes. */
const maxKeysPerMessage = 10_000;

/** Tells auth, now and then, which keys were used: so the last use of a key is known to half a minute, at no cost a request. */
@Injectable()
export class KeyUses implements OnModuleInit, OnApplicationShutdown {
  private readonly ids = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(NATS) private readonly nats: NatsConnection) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.tell(), intervalMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.tell();
  }

  used(keyId: string): void {
    this.ids.add(keyId);
  }

  private tell(): void {
    const ids = [...this.ids];
    this.ids.clear();
    if (this.nats.isClosed()) return;
    for (let start = 0; start < ids.length; start += maxKeysPerMessage) {
      const keyIds = ids.slice(start, start + maxKeysPerMessage);
      this.nats.publish(subjects.keysUsed, KeysUsed.encode({ keyIds }).finish());
    }
  }
}
