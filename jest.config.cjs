const { testTimeout } = require('./jest.preset.cjs');

/** Every project's tests in one run. */
module.exports = {
  projects: ['<rootDir>/{apps,libs,tools}/*/jest.config.cjs'],
  // By default one core would be left idle. With more workers than cores, promises about time are broken by the tests beside.
  maxWorkers: '100%',
  // Of one run, whatever its projects say.
  testTimeout,
  testSequencer: '<rootDir>/tools/stack/setup/systems-first.cjs',
};
