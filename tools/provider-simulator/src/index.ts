export { startSimulator, type RunningSimulator } from './server.js';
export { type JournalEntry } from './journal.js';
export { countTokens } from './count-tokens.js';
