#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
if (!existsSync(fileURLToPath(main))) {
  process.stderr.write(
    'tokenroute: not compiled yet. Run `npm start` (the whole system) or `npm run build` first.\n',
  );
  process.exit(3);
}
await import(main.href);
