/**
 * Ends a test that hangs, and says nothing of how fast something is: on a busy machine a process alone may take seconds to
 * start. What has to be fast is expected by the test itself.
 */
exports.testTimeout = 60_000;

/**
 * ESM Jest for one project: swc compiles, sources of other projects are taken as they are (no build needed).
 * Run with NODE_OPTIONS=--experimental-vm-modules.
 */
exports.jestProject = (projectName, overrides = {}) => ({
  displayName: projectName,
  testTimeout: exports.testTimeout,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['tokenroute-source', 'node', 'node-addons'] },
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  ...overrides,
});
