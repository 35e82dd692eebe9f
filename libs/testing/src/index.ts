export { FakeClock } from './fake-clock.js';
export { setUpTestServers, tearDownTestServers } from './jest-lifecycle.js';
export { ledgerViolations } from './ledger-violations.js';
export { withPreviousMigrations } from './previous-migrations.js';
export type { ReachableSystem } from './reachable-system.js';
export { createServiceLogins, type ServiceLogins } from './service-logins.js';
export { sharedSystem, type SharedSystem } from './shared-system.js';
export { startSystem, type StartSystemOptions, type TestSystem } from './start-system.js';
export { TestAuthority, type TestCertificate } from './test-authority.js';
export { type HttpAnswer, TestCustomer } from './test-customer.js';
export {
  copyTestDatabase,
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
} from './test-database.js';
export { testServers, type TestServers } from './test-servers.js';
export { totp } from './totp.js';
