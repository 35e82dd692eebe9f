export { faultSchedule } from './schedule/fault-schedule.js';
