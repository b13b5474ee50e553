/** Rows about CBOR: items that every decoder must refuse, and items that ours reads and writes back. */

import { fromHex, toHex } from '../../encoding/bytes.js'
import { decodeValue, encodeValue } from '../../encoding/cbor.js'
import { BadRow, isExpected, isJsonList, type JsonObject, optional, TRUE_FALSE, textOf } from './json.js'
import { judge, type Row, same, unjudged, verdictOf } from './row.js'

const idOf = (row: JsonObject, index: number): string => `${index + 1}-${textOf(row, 'hex').slice(0, 16)}`

/** `{hex, wellFormed: false}`: refused, whatever is wrong with it. */
export const malformedRow = (row: JsonObject, index: number): Row =>
  judge(
    idOf(row, index),
    isExpected(row, 'wellFormed', TRUE_FALSE),
    verdictOf(() => decodeValue(fromHex(textOf(row, 'hex')))),
  )

/**
 * `{hex, wellFormed: true, flags}`: an item that a strict profile may refuse carries a flag that says why, and no
 * verdict; one without a flag is read and written back, if it is of a type that values have.
 */
export const wellFormedRow = (row: JsonObject, index: number): Row => {
  if (!isExpected(row, 'wellFormed', TRUE_FALSE)) throw new BadRow('a malformed item among others')
  const bytes = fromHex(textOf(row, 'hex'))
  const ours = verdictOf(() => decodeValue(bytes))
  const flags = optional(row, 'flags')
  if (isJsonList(flags) && flags.length > 0) return unjudged(idOf(row, index), ours)
  if (!ours.accepted) return unjudged(idOf(row, index), ours)
  return same(idOf(row, index), toHex(bytes), toHex(encodeValue(decodeValue(bytes))))
}
