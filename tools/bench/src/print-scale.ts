import { scaleTables } from './scale-tables.js';

for (const [name, text] of Object.entries(scaleTables())) console.log(`${name}\n\n${text}\n`);
