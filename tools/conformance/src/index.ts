export { type ConformanceException, readExceptions } from './exceptions.js';
export { variants } from './variants.js';
