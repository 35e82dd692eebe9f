import { writeSections } from './documents.js';

const changed = await writeSections();
console.log(changed.length === 0 ? 'All documents were current.' : `Written: ${changed.join(', ')}`);
