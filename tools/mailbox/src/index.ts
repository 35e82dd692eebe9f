export { type RunningMailbox, startMailbox } from './mailbox.js';
