export { applyMigrations } from './apply-migrations.js';
export { choosePorts, freePorts, portKey, type PortMap } from './choose-ports.js';
export { inheritedEnvironment } from './inherited-environment.js';
export { chooseProviders, type ProviderChoice, providers } from './providers.js';
export { isReady, RunningService } from './running-service.js';
export { RunningSystem, type SystemOptions } from './running-system.js';
export {
  adaptedProviders,
  schemaUrl,
  type ServiceDefinition,
  services,
  variablePrefix,
} from './service-table.js';
export { type NewKey, SystemOperator } from './system-operator.js';
