// Starts the adapter of the folder this runs in: node start-adapter.mjs OPENAI http://simulator/openai/v1. A base URL in
// the environment is taken at its word, a key alone means the real provider, neither means the simulator: one case more
// than Compose's own substitution can tell apart.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [prefix, simulatorUrl] = process.argv.slice(2);
const [key, baseUrl] = [`${prefix}_API_KEY`, `${prefix}_BASE_URL`];
const hasKey = process.env[key] || process.env[`${key}_FILE`];

if (!hasKey && !process.env[baseUrl]) process.env[baseUrl] = simulatorUrl;
// An adapter insists on a key; what answers at a base URL of one's own choice may not.
if (!hasKey) process.env[key] = 'unset';

await import(pathToFileURL(resolve('dist/main.js')).href);
