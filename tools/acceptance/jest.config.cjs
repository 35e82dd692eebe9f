const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('acceptance', {
  globalSetup: '<rootDir>/../../libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/../../libs/testing/global-teardown.mjs',
});
