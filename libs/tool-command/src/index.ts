export { positiveNumber, wholeNumber } from './number-arguments.js';
export { runTool, type ToolContext } from './run-tool.js';
