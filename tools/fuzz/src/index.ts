export { caseOf } from './case-of.js';
