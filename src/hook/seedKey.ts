/**
 * What stands in the place of `node/seedKey.ts` in the process of the hook: there, where nobody else's code runs, where the
 * key was read from text, and whose memory is gone after one call, a secret key is imported as JWK.
 */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { toBase64Url } from '../encoding/base64url.js'
import { seedKey as seedKeyByDer } from '../node/seedKey.js'

/**
 * From JWK, which Node 20 reads nine times as fast as DER. The public key in it is empty, and Node asks only that it be a
 * text; a Node that asks for more refuses, and is given DER.
 */
export const seedKey = (seed: Uint8Array): KeyObject => {
  try {
    return createPrivateKey({
      key: { kty: 'OKP', crv: 'Ed25519', d: toBase64Url(seed), x: '' },
      format: 'jwk',
    })
  } catch {
    return seedKeyByDer(seed)
  }
}
