export {
  anyCapability,
  anyTools,
  argsUnder,
  type CallOptions,
  callUnder,
  type TestCall,
} from './capabilities.js'
export {
  type AnyChainOptions,
  anyCall,
  anyChain,
  anyWarrant,
  type RequestOptions,
  requestFor,
  type TestChain,
} from './chains.js'
export { type FakeClock, fakeClock, TEST_NOW } from './clock.js'
export { type AnyConstraintOptions, anyConstraint, type ConstraintKindName } from './constraints.js'
export {
  CHAIN_FAULTS,
  type ChainFaultName,
  type FaultyChain,
  type FaultyChainOptions,
  faultyChain,
} from './faults.js'
export { hostileCommand } from './hostileCommand.js'
export { hostilePath } from './hostilePath.js'
export { addressSpellings, hostileUrl, type Quad, specialQuad } from './hostileUrl.js'
export { testKey } from './keys.js'
export { type ConstraintPair, type CoveredPairOptions, coveredPair, edgesOf, relatedPair } from './pairs.js'
export { anyArgs, anyText, anyValue, TELLING_VALUES } from './values.js'
