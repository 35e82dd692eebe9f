// Lints texts as if they stood in the given files, in a process of its own: ESLint and the Nx plugin load native and
// CommonJS code that does not live in Jest's sandbox. In: JSON [{ file, text }] on stdin; out: JSON of rule ids per text.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const probes = JSON.parse(await text(process.stdin));
const eslint = new ESLint({
  cwd: process.argv[2],
  // The files need not exist, so there is no type information for them.
  overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});
const results = [];
for (const probe of probes) {
  const [result] = await eslint.lintText(probe.text, { filePath: probe.file });
  results.push(result.messages.map((message) => message.ruleId ?? `fatal: ${message.message}`));
}
process.stdout.write(JSON.stringify(results));
