export { applyMigrations } from './apply-migrations.js';
export { choosePorts, freePorts, portKey, type PortMap } from './choose-ports.js';
export { inheritedEnvironment } from './inherited-environment.js';
export { choosePaymentsEnvironment, choosePeopleEnvironment } from './service-environments.js';
export { chooseProviders, type ProviderChoice, providers } from './providers.js';
export { isReady, RunningService } from './running-service.js';
export { RunningSystem, type ServiceAddresses, type SystemOptions } from './running-system.js';
export {
  adaptedProviders,
  schemaUrl,
  type ServiceDefinition,
  services,
  variablePrefix,
  type Wiring,
} from './service-table.js';
export { type NewKey, SystemOperator } from './system-operator.js';
export { withCopies } from './with-copies.js';
