export type { ServiceMemory, Stall } from './inside-service.js';
export { scaleTables } from './scale-tables.js';
export { ServiceProbe } from './service-probe.js';
