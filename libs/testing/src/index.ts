export { FakeClock } from './fake-clock.js';
export { setUpTestServers, tearDownTestServers } from './jest-lifecycle.js';
export { ledgerViolations } from './ledger-violations.js';
export { startSystem, type StartSystemOptions, type TestSystem } from './start-system.js';
export { type HttpAnswer, TestCustomer } from './test-customer.js';
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';
export { testServers, type TestServers } from './test-servers.js';
