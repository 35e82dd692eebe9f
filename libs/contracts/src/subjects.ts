/** NATS subjects; the payload of each is the protobuf message named behind it. */
export const subjects = {
  /** Request/reply: ReserveRequest → ReserveResponse. */
  reserve: 'tokenroute.billing.v1.reserve',
  /** Request/reply: SettleRequest → SettleResponse. */
  settle: 'tokenroute.billing.v1.settle',
  /** Request/reply: ReleaseRequest → ReleaseResponse. */
  release: 'tokenroute.billing.v1.release',
  /** Fan-out: GatewayAlive. */
  gatewayAlive: 'tokenroute.billing.v1.gateway-alive',
  /** Fan-out, empty payload: the model catalogue or the price book changed. */
  catalogueChanged: 'tokenroute.billing.v1.catalogue-changed',
  /** Fan-out: KeyChanged. */
  keyChanged: 'tokenroute.auth.v1.key-changed',
} as const;

/**
 * The JetStream work queue for settlements that got no reply. Payload: SettleRequest. A message is acknowledged only
 * after its charge is committed; the hold id makes a second delivery harmless.
 */
export const settlementsStream = {
  stream: 'SETTLEMENTS',
  subject: 'tokenroute.billing.v1.settlements',
  consumer: 'billing',
  /** Settlements that billing refused for good, kept for an operator. */
  deadLetterStream: 'SETTLEMENTS_DEAD',
  deadLetterSubject: 'tokenroute.billing.v1.settlements-dead',
} as const;
