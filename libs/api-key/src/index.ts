export {
  apiKeyDigest,
  apiKeyPattern,
  displayApiKey,
  generateApiKey,
  type ParsedApiKey,
  parseApiKey,
} from './api-key.js';
export { modelIsAllowed } from './model-is-allowed.js';
