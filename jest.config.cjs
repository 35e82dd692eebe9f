/** Every project's tests in one run. */
module.exports = { projects: ['<rootDir>/{apps,libs,tools}/*/jest.config.cjs'] };
