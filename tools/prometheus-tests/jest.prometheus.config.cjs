// Not jest.config.cjs: `npm test` needs no Prometheus. `npm run test:prometheus` runs these.
const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('prometheus-tests', {
  globalSetup: '<rootDir>/../../libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/../../libs/testing/global-teardown.mjs',
});
