// Not jest.config.cjs: `npm test` needs no browser. `npm run test:e2e` runs these.
const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('browser-tests', {
  globalSetup: '<rootDir>/../../libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/../../libs/testing/global-teardown.mjs',
});
