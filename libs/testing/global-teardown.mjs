import { tearDownTestServers } from './dist/index.js';

export default tearDownTestServers;
