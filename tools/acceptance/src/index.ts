export { administer } from './administer.js';
export { type Conversation, converse } from './converse.js';
