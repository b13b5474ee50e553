/** Rows about Ed25519: verdicts, key import, and signing. */

import { type CryptoBackend, defaultBackend } from '../../crypto/backend.js'
import { claimedPublicKey, publicKeyFromBytes, publicKeyToBytes } from '../../crypto/keys.js'
import { secretKeyFromSeed } from '../../crypto/signer.js'
import { fromHex, toHex } from '../../encoding/bytes.js'
import { FormatError, TrustError } from '../../errors.js'
import { ACCEPT_REJECT, isExpected, type JsonObject, textOf } from './json.js'
import { judge, type Row, same, type Verdict, verdictOf } from './row.js'

const imported = (hex: string): Verdict => verdictOf(() => publicKeyFromBytes(hexOrNothing(hex)))

/** Hexadecimal of any length: an odd one is no bytes at all. */
const hexOrNothing = (hex: string): Uint8Array => {
  if (hex.length % 2 !== 0) throw new FormatError('TEXT_NOT_HEX')
  return fromHex(hex)
}

/** Whether a signature counts: of a key that is one, over this very message. */
const signatureVerdict = (row: JsonObject, backend: CryptoBackend): Verdict =>
  verdictOf(() => {
    const key = claimedPublicKey(hexOrNothing(textOf(row, 'pk')))
    if (!backend.verify(key, hexOrNothing(textOf(row, 'msg')), hexOrNothing(textOf(row, 'sig'))))
      throw new TrustError('SIGNATURE_INVALID')
  })

/** `{pk, msg, sig, expect, keyImport}`: two verdicts, of which the second speaks of the key alone. */
export const verdictRows = (row: JsonObject): readonly Row[] => {
  const id = `${textOf(row, 'source')}-${textOf(row, 'id')}`
  return [
    judge(id, isExpected(row, 'expect', ACCEPT_REJECT), signatureVerdict(row, defaultBackend)),
    judge(`${id}-key`, isExpected(row, 'keyImport', ACCEPT_REJECT), imported(textOf(row, 'pk'))),
  ]
}

/** `{secret, pk, msg, sig}`: what signing gives, and that it verifies. */
export const signingRows = (row: JsonObject, index: number): readonly Row[] => {
  const signer = secretKeyFromSeed(fromHex(textOf(row, 'secret')))
  const message = fromHex(textOf(row, 'msg'))
  const id = `sign-${index + 1}`
  return [
    same(`${id}-key`, textOf(row, 'pk'), toHex(publicKeyToBytes(signer.publicKey))),
    same(id, textOf(row, 'sig'), toHex(signer.sign(message))),
    judge(`${id}-verify`, true, signatureVerdict(row, defaultBackend)),
  ]
}

/** Encodings of points of small order: none is a key. */
export const smallOrderRow = (hex: string, index: number): Row =>
  judge(`small-order-${index + 1}`, false, imported(hex))
