/** The published chains: each with the verdict of the reference, and the precise code of ours. */

import { describe, expect, test } from 'vitest'
import { publicKeyFromBytes } from '../../src/crypto/keys.js'
import { toBase64, toBase64Url } from '../../src/encoding/base64url.js'
import { fromHex, toHex } from '../../src/encoding/bytes.js'
import { codeInfo, type ErrorCode } from '../../src/errors.js'
import { decodeChain, stackBytes } from '../../src/warrant/chain.js'
import { decodeChainFile, encodeChainFile } from '../../src/warrant/chainFile.js'
import { formatChain, parseChain } from '../../src/warrant/text.js'
import { verify } from '../../src/warrant/verify.js'
import { hasShared, readShared } from '../support/shared.js'
import { codeOf } from '../support/values.js'

interface Row {
  readonly id: string
  readonly warrants: readonly string[]
  readonly trusted_roots: readonly string[]
  readonly now: number
  readonly stack_hex: string
  readonly stack_base64url: string
  readonly expected: {
    readonly reference_code: 'accept' | 'reject'
    readonly reason_code?: number
    readonly precise_code?: number
  }
}

const rows = hasShared ? readShared<{ chains: readonly Row[] }>('vectors/tenuo-v1/chains.json').chains : []

const CODES: Readonly<Record<string, ErrorCode>> = {
  'a.4': 'CHAIN_ISSUER',
  'a.5': 'WARRANT_EXPIRED',
  'a.10': 'CHAIN_DEPTH',
  'a.11': 'CHAIN_CONSTRAINT',
  'a.12': 'CHAIN_PARENT_HASH',
  'a.13': 'CHAIN_EXPIRY',
  'a.14': 'SIGNATURE_INVALID',
  'a.15': 'CHAIN_CONSTRAINT',
  'a.17': 'CHAIN_CLEARANCE',
  'a.23-mixed': 'CHAIN_PARENT_HASH',
}

describe.skipIf(!hasShared)('the published chains', () => {
  test('are all there, and so is a code for each that is refused', () => {
    expect(rows).toHaveLength(14)
    const refused = rows.filter(({ expected }) => expected.reference_code === 'reject')
    expect(refused.map(({ id }) => id).sort()).toEqual(Object.keys(CODES).sort())
  })

  test.each(rows)('$id: the verdict of the reference', ({ id, trusted_roots, now, stack_hex, expected }) => {
    const roots = trusted_roots.map((hex) => publicKeyFromBytes(fromHex(hex)))
    const code = codeOf(() => verify(decodeChain(fromHex(stack_hex)), { roots, now }))
    expect(code === undefined ? 'accept' : 'reject').toBe(expected.reference_code)
    expect(code).toBe(CODES[id])
  })

  test.each(rows)('$id: our code has a number that the reference gives it', ({ id, expected }) => {
    const code = CODES[id]
    const { protocol } = code === undefined ? { protocol: undefined } : codeInfo(code)
    // 1405 is what the reference gives for whatever breaks a link; 1401 is the number of its own for a hash.
    expect([expected.reason_code, expected.precise_code, 1401]).toContain(protocol)
  })

  test.each(rows)('$id: no refusal is owed to a stricter rule', ({ trusted_roots, now, stack_hex }) => {
    const roots = trusted_roots.map((hex) => publicKeyFromBytes(fromHex(hex)))
    try {
      verify(decodeChain(fromHex(stack_hex)), { roots, now })
    } catch (thrown) {
      expect(thrown).toMatchObject({ rule: undefined })
    }
  })

  test.each(rows)('$id: read and written in every form', ({ stack_hex, stack_base64url, warrants }) => {
    const chain = decodeChain(fromHex(stack_hex))
    expect(chain.warrants).toHaveLength(warrants.length)
    const stack = stackBytes(chain.warrants)
    expect(toHex(stack)).toBe(stack_hex)
    expect(toBase64Url(stack)).toBe(stack_base64url)
    const texts = [stack_base64url, toBase64(stack), formatChain(chain), formatChain(chain, 'pem')]
    for (const text of texts) expect(toHex(stackBytes(parseChain(text).warrants))).toBe(stack_hex)
    expect(toHex(stackBytes(decodeChainFile(encodeChainFile(chain)).warrants))).toBe(stack_hex)
  })
})
