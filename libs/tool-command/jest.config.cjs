const { jestProject } = require('../../jest.preset.cjs');
module.exports = jestProject('tool-command');
