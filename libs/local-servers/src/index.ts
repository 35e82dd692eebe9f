export { hasDockerEngine } from './docker-compose.js';
export { freePort, isPortFree, nextFreePort } from './free-port.js';
export { endLeftoversBelow } from './leftovers.js';
export { endLeftover, lastLines, type LocalProcess, readPid, startProcess } from './local-process.js';
export {
  findServers,
  type LocalServers,
  type LocalServersOptions,
  startLocalServers,
} from './local-servers.js';
export { MissingServers } from './missing-servers.js';
export { postgresDataFolder } from './postgres-server.js';
export { isRunning, processIdentity, waitUntilGone } from './process-table.js';
export { type LocalServer, type ServerName, type ServerOrigin } from './server.js';
export { StartFailure, waitUntilReady } from './wait-until-ready.js';
