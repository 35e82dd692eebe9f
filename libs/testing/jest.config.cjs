const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('testing', {
  globalSetup: '<rootDir>/global-setup.mjs',
  globalTeardown: '<rootDir>/global-teardown.mjs',
});
