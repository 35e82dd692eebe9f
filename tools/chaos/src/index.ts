export { plainEnvironment } from './config.js';
export { Random } from './random.js';
export { withRunFolder } from './run-folder.js';
export { faultSchedule } from './schedule/fault-schedule.js';
