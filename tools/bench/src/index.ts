export { scaleTables } from './scale-tables.js';
