/** Injection tokens of what is not a class of ours. */
export const CONFIG = Symbol('config');
export const LOGGER = Symbol('logger');
