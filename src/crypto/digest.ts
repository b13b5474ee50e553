/** SHA-2 in JavaScript, the same on every platform. The only importer of @noble/hashes. */

export { sha256, sha512 } from '@noble/hashes/sha2.js'
