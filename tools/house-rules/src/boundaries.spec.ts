import { type LintProbe, lintProbes } from './lint-probe.js';

const boundaries = '@nx/enforce-module-boundaries';
const importing = (target: string) => `import * as target from '${target}';\nexport const used = target;\n`;

const refused: [guarantee: string, rule: string, probe: LintProbe][] = [
  [
    'an app imports no app',
    boundaries,
    { file: 'apps/gateway/src/x.ts', text: importing('@tokenroute/billing') },
  ],
  [
    'an app imports no tool',
    boundaries,
    { file: 'apps/auth/src/x.ts', text: importing('@tokenroute/stack') },
  ],
  [
    'a domain library imports no kit',
    boundaries,
    { file: 'libs/money/src/x.ts', text: importing('@tokenroute/service-kit') },
  ],
  [
    'a domain library imports no contracts',
    boundaries,
    { file: 'libs/faults/src/x.ts', text: importing('@tokenroute/contracts') },
  ],
  [
    'the contracts import nothing of ours',
    boundaries,
    { file: 'libs/contracts/src/x.ts', text: importing('@tokenroute/money') },
  ],
  [
    'a kit imports no app',
    boundaries,
    { file: 'libs/service-kit/src/x.ts', text: importing('@tokenroute/auth') },
  ],
  [
    'a tool imports no app',
    boundaries,
    { file: 'tools/stack/src/x.ts', text: importing('@tokenroute/gateway') },
  ],
  [
    'the gateway stays out of the provider scope',
    boundaries,
    { file: 'apps/gateway/src/x.ts', text: importing('@tokenroute/adapter-kit') },
  ],
  [
    'shared code stays out of the provider scope',
    boundaries,
    { file: 'libs/testing/src/x.ts', text: importing('@tokenroute/adapter-kit') },
  ],
  [
    'a path is no way around',
    boundaries,
    { file: 'apps/gateway/src/x.ts', text: importing('../../billing/src/ledger.js') },
  ],
  [
    'a re-export is no way around',
    boundaries,
    { file: 'apps/gateway/src/x.ts', text: `export { x } from '@tokenroute/billing';\n` },
  ],
  [
    'a dynamic import is no way around',
    boundaries,
    { file: 'apps/gateway/src/x.ts', text: `export const x = import('@tokenroute/billing');\n` },
  ],
  [
    'a domain library knows no framework',
    'no-restricted-imports',
    { file: 'libs/money/src/x.ts', text: importing('@nestjs/common') },
  ],
  [
    'a domain library does no I/O',
    'no-restricted-imports',
    { file: 'libs/openai-wire/src/x.ts', text: importing('node:fs/promises') },
  ],
  [
    'a domain library fetches nothing',
    'no-restricted-globals',
    { file: 'libs/faults/src/x.ts', text: `export const x = () => fetch('http://a');\n` },
  ],
  [
    'a to- file of an adapter knows no framework',
    'no-restricted-imports',
    { file: 'apps/adapter-openai/src/to-x.ts', text: importing('@nestjs/common') },
  ],
  [
    'a to- file of an adapter knows no transport',
    'no-restricted-imports',
    { file: 'apps/adapter-openai/src/to-x.ts', text: importing('undici') },
  ],
  [
    'a from- file of an adapter does no I/O',
    'no-restricted-imports',
    { file: 'apps/adapter-openai/src/from-x.ts', text: importing('node:http') },
  ],
  [
    'a from- file of an adapter knows no gRPC',
    'no-restricted-imports',
    { file: 'apps/adapter-openai/src/from-x.ts', text: importing('@grpc/grpc-js') },
  ],
  [
    'the environment is read in config.ts alone',
    'no-restricted-properties',
    { file: 'apps/gateway/src/x.ts', text: `export const x = process.env.PORT;\n` },
  ],
  [
    'an app does not hand its surroundings on',
    'no-restricted-properties',
    { file: 'apps/auth/src/x.ts', text: `export const x = { ...process.env };\n` },
  ],
  [
    'taking the environment apart is reading it',
    'no-restricted-syntax',
    { file: 'libs/service-kit/src/x.ts', text: `export const { env } = process;\n` },
  ],
  [
    'the process module is no way around',
    'no-restricted-imports',
    { file: 'apps/gateway/src/x.ts', text: `export { env } from 'node:process';\n` },
  ],
  [
    'a public face names what it exports',
    'no-restricted-syntax',
    { file: 'libs/money/src/x.ts', text: `export * from './y.js';\n` },
  ],
  [
    'a service does not log to the console',
    'no-console',
    { file: 'apps/auth/src/x.ts', text: `console.log('x');\n` },
  ],
  [
    'a long file is pointed out',
    'max-lines',
    { file: 'apps/auth/src/x.ts', text: 'export {};\n'.repeat(301) },
  ],
];

const accepted: [guarantee: string, probe: LintProbe][] = [
  ['an app uses a kit', { file: 'apps/gateway/src/x.ts', text: importing('@tokenroute/service-kit') }],
  ['an app uses a domain library', { file: 'apps/billing/src/x.ts', text: importing('@tokenroute/money') }],
  ['an app uses the contracts', { file: 'apps/auth/src/x.ts', text: importing('@tokenroute/contracts') }],
  [
    'an adapter uses the kit of its scope',
    { file: 'apps/adapter-openai/src/x.ts', text: importing('@tokenroute/adapter-kit') },
  ],
  ['a kit uses a kit', { file: 'libs/adapter-kit/src/x.ts', text: importing('@tokenroute/service-kit') }],
  [
    'a domain library uses a domain library',
    { file: 'libs/openai-wire/src/x.ts', text: importing('@tokenroute/faults') },
  ],
  [
    'a from- file of an adapter uses domain libraries',
    { file: 'apps/adapter-openai/src/from-x.ts', text: importing('@tokenroute/openai-wire') },
  ],
  [
    'an adapter does I/O in its other files',
    { file: 'apps/adapter-openai/src/openai.adapter.ts', text: importing('undici') },
  ],
  [
    'a tool hands its surroundings on to a child process',
    { file: 'tools/stack/src/x.ts', text: `export const x = { ...process.env, A: '1' };\n` },
  ],
  [
    'config.ts reads the environment',
    { file: 'apps/gateway/src/config.ts', text: `export const port = process.env.PORT;\n` },
  ],
];

describe('lint', () => {
  let found: string[][] = [];

  beforeAll(async () => {
    found = await lintProbes([...refused.map(([, , probe]) => probe), ...accepted.map(([, probe]) => probe)]);
  }, 60_000);

  test.each(refused.map(([guarantee, rule], index) => ({ guarantee, rule, index })))(
    'refuses: $guarantee',
    ({ rule, index }) => {
      expect(found[index]).toContain(rule);
    },
  );

  test.each(accepted.map(([guarantee], index) => ({ guarantee, index })))(
    'accepts: $guarantee',
    ({ index }) => {
      expect(found[refused.length + index]).toEqual([]);
    },
  );
});
