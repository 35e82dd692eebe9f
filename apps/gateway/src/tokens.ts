/** Injection tokens of what is not a class of ours. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
export const NATS = Symbol('nats');
/** This process among all gateways: a UUID, new at every start. */
export const GATEWAY_ID = Symbol('gateway-id');
export const REDIS = Symbol('redis');
