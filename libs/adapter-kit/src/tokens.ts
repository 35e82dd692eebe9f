/** Injection tokens of what is not a class of ours. */
export const ADAPTER = Symbol('adapter');
export const ADAPTER_LOGGER = Symbol('adapter-logger');
