export type { CardAnswer, StripeEvent, StripeObject } from './stripe-books.js';
export { signatureHeader } from './signature-header.js';
export { StripeSimulator } from './stripe-simulator.js';
