export { StatementCsv, StatementJson, type StatementText } from './statement-text.js';
export { toUsageJson } from './usage-json.js';
