import { type CpuProfile, timeByPackage, topFunctions } from './top-functions.js';

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)', '') },
    { id: 2, callFrame: frame('settle', 'file:///x/apps/billing/dist/holds/hold.service.js') },
    { id: 3, callFrame: frame('encode', 'file:///x/node_modules/@bufbuild/protobuf/dist/writer.js') },
    { id: 4, callFrame: frame('release', 'file:///x/apps/billing/dist/holds/hold.service.js') },
    { id: 5, callFrame: frame('dispatch', '') },
    { id: 6, callFrame: frame('read', 'node:internal/streams/readable') },
  ],
  samples: [1, 2, 3, 2, 4, 5, 6],
  timeDeltas: [50_000, 2_000, 1_000, 1_000, 3_000, 90_000, 1_000],
};

test('functions are listed by their own time, without idle time and the profiler itself', () => {
  expect(topFunctions(profile, 1)).toEqual([
    { name: 'settle apps/billing/dist/holds/hold.service.js:10', selfMs: 3, share: 3 / 8 },
  ]);
  expect(topFunctions(profile, 9)).toHaveLength(4);
});

test('packages gather their functions', () => {
  expect(timeByPackage(profile, 9).map(({ name, selfMs }) => [name, selfMs])).toEqual([
    ['apps/billing', 6],
    ['@bufbuild/protobuf', 1],
    ['node:internal/streams', 1],
  ]);
});
