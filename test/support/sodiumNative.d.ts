/** The part of `sodium-native`, which ships no types, that the tests pass in. */
declare module 'sodium-native' {
  const sodium: import('../../src/node/sodium.js').Sodium
  export default sodium
}
