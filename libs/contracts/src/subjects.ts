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
  /** To one auth process: KeysUsed. */
  keysUsed: 'tokenroute.auth.v1.keys-used',
  /** Request/reply: LimitUseRequest → LimitUseResponse. */
  limitUse: 'tokenroute.gateway.v1.limit-use',
} as const;

/**
 * The JetStream work queue for settlements that got no reply. Payload: SettleRequest. A message is acknowledged only
 * after its charge is committed; the hold id makes a second delivery harmless.
 */
export const settlementsStream = {
  stream: 'SETTLEMENTS',
  subject: 'tokenroute.billing.v1.settlements',
  consumer: 'billing',
} as const;

/**
 * The JetStream stream of what happened to accounts' money, each event at least once. Payload: BillingEvent; its id tells
 * repeats. The subject ends with the kind of event: topped-up, refunded, disputed, reversed, frozen, unfrozen, balance-low,
 * automatic-top-up-failed.
 */
export const billingEventsStream = {
  stream: 'BILLING_EVENTS',
  subjects: 'tokenroute.billing.v1.events.*',
  /** In nanoseconds: events are kept for 30 days, and one sent again within 2 hours is known. */
  limits: { max_age: 30 * 86_400 * 1_000_000_000, duplicate_window: 2 * 3_600 * 1_000_000_000 },
  subject: (kind: string) => `tokenroute.billing.v1.events.${kind}`,
} as const;
