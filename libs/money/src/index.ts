export {
  addNanoUsd,
  formatUsd,
  minNanoUsd,
  type NanoUsd,
  nanoUsd,
  parseUsd,
  zeroNanoUsd,
} from './nano-usd.js';
export {
  addPicoUsd,
  divideRoundUp,
  formatPicoUsd,
  formatUsdPerMillion,
  parseUsdPerMillion,
  type PicoUsd,
  picoUsd,
  roundUpToNanoUsd,
  tokensAtPrice,
} from './pico-usd.js';
