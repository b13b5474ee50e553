import { expect, test } from 'vitest'
import { chainOf, stackBytes } from '../../../src/warrant/chain.js'
import { decodeChainFile, encodeChainFile, isChainFile } from '../../../src/warrant/chainFile.js'
import { codeOf } from '../../support/values.js'
import { childOf, minted } from '../../support/warrants.js'

const first = minted()
const single = chainOf([first])
const pair = chainOf([first, childOf(first)])

test('files begin with a magic number, and hold a chain', () => {
  for (const chain of [single, pair]) {
    const file = encodeChainFile(chain)
    expect([...file.subarray(0, 5)]).toEqual([0x54, 0x45, 0x4e, 0x55, 1])
    expect(isChainFile(file)).toBe(true)
    expect(file.subarray(5)).toEqual(stackBytes(chain.warrants))
    expect(decodeChainFile(file).warrants.map(({ payload }) => payload.id)).toEqual(
      chain.warrants.map(({ payload }) => payload.id),
    )
  }
})

test('files of another version, cut short, or without anything in them are refused', () => {
  const file = encodeChainFile(pair)
  const newer = Uint8Array.from(file)
  newer[4] = 2
  for (const bytes of [newer, new Uint8Array(), file.subarray(0, 4), file.subarray(1), pair.bytes]) {
    expect(isChainFile(bytes)).toBe(false)
    expect(codeOf(() => decodeChainFile(bytes))).toBe('ENVELOPE_MALFORMED')
  }
  expect(codeOf(() => decodeChainFile(file.subarray(0, 5)))).toBe('ENVELOPE_MALFORMED')
  expect(codeOf(() => decodeChainFile(file.subarray(0, -1)))).toBe('CBOR_TRUNCATED')
  expect(codeOf(() => decodeChainFile(Uint8Array.of(...file, 0)))).toBe('CBOR_TRAILING_BYTES')
})
