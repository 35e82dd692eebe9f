const { readFileSync } = require('node:fs');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Test files that start a whole system take longest and wait a lot. They go first, because one that began last would be
 * run to its end alone; jest knows how long a file takes only where it has run before.
 */
module.exports = class SystemsFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(startsSystem), ...sorted.filter((test) => !startsSystem(test))];
  }
};

function startsSystem({ path }) {
  // Browser tests share one, and are as long.
  return /startSystem\(|dashboardSystem\(/.test(readFileSync(path, 'utf8'));
}
