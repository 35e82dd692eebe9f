const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('service-kit', {
  globalSetup: '<rootDir>/../testing/global-setup.mjs',
  globalTeardown: '<rootDir>/../testing/global-teardown.mjs',
});
