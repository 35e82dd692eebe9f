export { asFault, Fault, type FaultDetails } from './fault.js';
export { type FaultCode, type FaultKind, faultTable, isFaultCode } from './fault-table.js';
