import { join } from 'node:path';
import { runTool } from '@tokenroute/tool-command';
import { Command } from 'commander';
import { findConformanceFolder } from './conformance-folder.js';
import { report, succeeded } from './report.js';
import { repository } from './repository.js';
import { runConformance } from './run-conformance.js';
import { chooseVariants } from './variants.js';

interface Arguments {
  cases?: string;
  provider?: string;
  variant?: string;
  id?: string;
  output: string;
}

const command = new Command('conformance')
  .description('Runs the product against recordings of real provider traffic.')
  .option('--cases <folder>', 'recordings and their scripts (default: ../shared/conformance)')
  .option('--provider <name>', 'only the recordings of this provider')
  .option('--variant <options>', 'only this way of delivering them: plain, split=1, …')
  .option('--id <text>', 'only the recordings whose id contains this')
  .option('--output <folder>', 'for reports and logs', join(repository, '.tokenroute', 'conformance'));

await runTool<Arguments>(command, async ({ cases, provider, variant, id, output }, { signal, print }) => {
  const verdict = await runConformance({
    recordings: findConformanceFolder(cases),
    variants: chooseVariants(variant),
    provider,
    id,
    outputFolder: output,
    signal,
    log: print,
  });
  print(report(verdict));
  return succeeded(verdict);
});
