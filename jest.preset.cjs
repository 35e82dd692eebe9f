/**
 * ESM Jest for one project: swc compiles, sources of other projects are taken as they are (no build needed).
 * Run with NODE_OPTIONS=--experimental-vm-modules.
 */
exports.jestProject = (projectName, overrides = {}) => ({
  displayName: projectName,
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
