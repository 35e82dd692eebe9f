// For jest.config.cjs: globalSetup. The compiled library, because jest loads this file outside its module system.
import { setUpTestServers } from './dist/index.js';

export default setUpTestServers;
