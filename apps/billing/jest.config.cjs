const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('billing', {
  globalSetup: '<rootDir>/../../libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/../../libs/testing/global-teardown.mjs',
});
