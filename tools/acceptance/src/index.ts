export { type Conversation, converse } from './converse.js';
