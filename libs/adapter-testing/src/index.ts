export { describeAdapterContract } from './describe-adapter-contract.js';
