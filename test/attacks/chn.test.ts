/** Chains that claim what they do not show: CHN-1 to CHN-9. Every forgery here is rightly signed by the key it names. */

import { describe, expect, test } from 'vitest'
import { fromHex } from '../../src/encoding/bytes.js'
import { CborWriter } from '../../src/encoding/cbor.js'
import { MAX_CHAIN_BYTES } from '../../src/encoding/limits.js'
import { chainOf, decodeChain, stackBytes, type Warrant } from '../../src/warrant/chain.js'
import { newWarrantId } from '../../src/warrant/id.js'
import { mint } from '../../src/warrant/mint.js'
import { verify } from '../../src/warrant/verify.js'
import { codeOf } from '../support/values.js'
import {
  alice,
  altered,
  bob,
  carol,
  childOf,
  dave,
  EXECUTION,
  hashOf,
  mallory,
  mandate,
  minted,
  NOW,
  options,
  refusalOf,
  root,
  ruleOfRefusal,
  signed,
  tools,
} from '../support/warrants.js'

const first = minted({ tools: { read: {} } })
const second = childOf(first)
const third = childOf(second)
const lawful = [first, second, third]

test('the chains that the attacks start from are accepted', () => {
  for (const length of [1, 2, 3]) expect(refusalOf(lawful.slice(0, length))).toBeUndefined()
})

describe('CHN-1: a child issued by a key that is not the holder of its parent', () => {
  test('is refused, though every other field is right and the signature is that of the issuer it names', () => {
    for (const thief of [mallory, root, bob, carol]) {
      const stolen = childOf(first, { issuer: thief.publicKey }, thief)
      expect(refusalOf([first, stolen])).toBe('CHAIN_ISSUER')
    }
  })

  test('is refused when it names the holder and is signed by another', () => {
    expect(refusalOf([first, childOf(first, {}, mallory)])).toBe('SIGNATURE_INVALID')
  })
})

describe('CHN-2: another parent, valid and compatible', () => {
  test('of the same issuer, holder and tools', () => {
    expect(refusalOf([minted({ tools: { read: {} } }), second])).toBe('CHAIN_PARENT_HASH')
  })

  test('that differs in the tools alone, or in the id alone', () => {
    expect(refusalOf([altered(first, tools({ read: {}, write: {} })), second])).toBe('CHAIN_PARENT_HASH')
    expect(refusalOf([altered(first, { id: newWarrantId(NOW) }), second])).toBe('CHAIN_PARENT_HASH')
  })

  test('the hash of something else, cut short, or left out', () => {
    const other = hashOf(second)
    expect(refusalOf([first, childOf(first, { parentHash: other })])).toBe('CHAIN_PARENT_HASH')
    expect(refusalOf([first, childOf(first, { parentHash: new Uint8Array(32) })])).toBe('CHAIN_PARENT_HASH')
    expect(codeOf(() => decodeChain(childOf(first, { parentHash: other.slice(1) }).bytes))).toBe(
      'CBOR_UNEXPECTED_TYPE',
    )
    // A child that hides that it is one contradicts itself.
    expect(refusalOf([first, childOf(first, { parentHash: undefined })])).toBe('WARRANT_STRUCTURE')
  })
})

describe('CHN-3: links that are dropped, reversed, shuffled, repeated or mixed', () => {
  const other = minted({ tools: { read: {} } })
  const cases: readonly (readonly [string, readonly Warrant[], string])[] = [
    ['without the middle', [first, third], 'CHAIN_ISSUER'],
    ['without the root', [second, third], 'CHAIN_UNTRUSTED_ROOT'],
    ['reversed', lawful.toReversed(), 'CHAIN_UNTRUSTED_ROOT'],
    ['shuffled', [first, third, second], 'CHAIN_ISSUER'],
    ['with a link twice', [first, second, second, third], 'CHAIN_REPEATED_ID'],
    ['going round', [first, second, third, first], 'CHAIN_REPEATED_ID'],
    ['of two roots', [first, other], 'CHAIN_ISSUER'],
    ['of two chains', [other, childOf(first)], 'CHAIN_PARENT_HASH'],
  ]

  test.each(cases)('%s', (_, warrants, code) => {
    expect(refusalOf(warrants)).toBe(code)
  })

  test('a link twice under another id is not the parent of itself', () => {
    const twin = altered(second, { id: newWarrantId(NOW) })
    expect(refusalOf([first, second, twin])).toBe('CHAIN_ISSUER')
  })

  test('a child that takes the id of its parent', () => {
    expect(refusalOf([first, childOf(first, { id: first.payload.id })])).toBe('CHAIN_REPEATED_ID')
  })
})

describe('CHN-4: depth skipped, repeated, decreased, past a limit, or a limit raised', () => {
  test.each([0, 2, 3, 64])('a depth of %i after 0', (depth) => {
    const code = depth === 0 ? 'WARRANT_STRUCTURE' : depth > 8 ? 'WARRANT_STRUCTURE' : 'CHAIN_DEPTH'
    expect(refusalOf([first, childOf(first, { depth })])).toBe(code)
  })

  test.each([0, 1, 3])('a depth of %i after 1', (depth) => {
    const code = depth === 0 ? 'WARRANT_STRUCTURE' : 'CHAIN_DEPTH'
    expect(refusalOf([first, second, childOf(second, { depth })])).toBe(code)
  })

  test('past the limit of an ancestor, which no warrant between may raise', () => {
    const shallow = minted({ maxDepth: 1 })
    const child = childOf(shallow)
    expect(refusalOf([shallow, child])).toBeUndefined()
    expect(refusalOf([shallow, child, childOf(child, { maxDepth: 2 })])).toBe('CHAIN_DEPTH')
    const raising = childOf(shallow, { maxDepth: 2 })
    expect(refusalOf([shallow, raising])).toBe('CHAIN_MAX_DEPTH')
    expect(refusalOf([shallow, raising, childOf(raising)])).toBe('CHAIN_MAX_DEPTH')
  })

  test('past its own limit', () => {
    expect(refusalOf([first, childOf(first, { maxDepth: 0 })])).toBe('WARRANT_STRUCTURE')
  })

  test('past the ceiling of 64, whatever the limits of the chain say', () => {
    const deep: Warrant[] = [altered(minted(), { maxDepth: 255 })]
    while (deep.length < 65) deep.push(childOf(deep.at(-1) as Warrant))
    expect(refusalOf(deep)).toBeUndefined()
    const deepest = childOf(deep.at(-1) as Warrant)
    expect(deepest.payload.depth).toBe(65)
    expect(codeOf(() => chainOf([...deep, deepest]))).toBe('CHAIN_TOO_LONG')
    // Shown without its first ancestors, by whoever trusts one of the later issuers.
    const roots = [root.publicKey, deep[2]?.payload.issuer as typeof root.publicKey]
    expect(refusalOf([...deep.slice(2), deepest], { roots })).toBe('WARRANT_STRUCTURE')
    expect(ruleOfRefusal([altered(first, { depth: 65, maxDepth: 255, parentHash: hashOf(first) })])).toBe(
      'STRUCTURE_DEPTH',
    )
  })
})

describe('CHN-5: delegating from a terminal warrant', () => {
  test('at depth 0 and below', () => {
    const terminal = minted({ maxDepth: 0 })
    expect(refusalOf([terminal])).toBeUndefined()
    expect(refusalOf([terminal, childOf(terminal, { maxDepth: 1 })])).toBe('CHAIN_DEPTH')
    const parent = minted({ maxDepth: 1 })
    const last = childOf(parent)
    expect(refusalOf([parent, last, childOf(last, { maxDepth: 3 })])).toBe('CHAIN_DEPTH')
  })
})

describe('CHN-6: types that change hands', () => {
  test('an execution warrant makes no issuer warrant', () => {
    const issuing = childOf(first, {
      type: 'issuer',
      issuableTools: ['read'],
      ...tools({}),
    })
    expect(refusalOf([first, issuing])).toBe('CHAIN_TYPE')
  })

  test('an issuer warrant carries no tools, and an execution warrant nothing to issue', () => {
    expect(refusalOf([altered(mandate(), tools({ read: {} }))])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(mandate(), { issuableTools: [] })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(mandate(), { issuableTools: undefined })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(first, { issuableTools: ['read'] })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(first, { issuableTools: [] })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(first, { maxIssueDepth: 1 })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(first, { bounds: first.payload.tools.get('read') })])).toBe('WARRANT_STRUCTURE')
  })

  test('whoever holds or issued an issuer warrant gets no execution from it', () => {
    const issuing = mandate()
    const granting = (holder: typeof bob): unknown =>
      refusalOf([issuing, childOf(issuing, { ...EXECUTION, holder: holder.publicKey })])
    expect(granting(alice)).toBe('CHAIN_SELF_ISSUANCE')
    expect(granting(root)).toBe('CHAIN_SELF_ISSUANCE')
    expect(granting(bob)).toBeUndefined()
  })

  test('nor does one who holds it after another has', () => {
    const issuing = mandate()
    const passedOn = childOf(issuing)
    expect(passedOn.payload.holder).toBe(bob.publicKey)
    const granting = (holder: typeof bob): unknown =>
      refusalOf([issuing, passedOn, childOf(passedOn, { ...EXECUTION, holder: holder.publicKey })])
    expect(granting(bob)).toBe('CHAIN_SELF_ISSUANCE')
    expect(granting(alice)).toBe('CHAIN_SELF_ISSUANCE')
    expect(granting(carol)).toBeUndefined()
  })

  test('an execution warrant may be narrowed for its own holder', () => {
    expect(refusalOf([first, childOf(first, { holder: alice.publicKey })])).toBeUndefined()
  })
})

describe('CHN-7: a child without its ancestors', () => {
  test('is refused where its issuer is no root', () => {
    expect(refusalOf([second])).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(refusalOf([second, third])).toBe('CHAIN_UNTRUSTED_ROOT')
  })

  test('stands alone where its issuer is a root itself, and that is said; no others follow it', () => {
    const roots = [alice.publicKey]
    expect(refusalOf([second, third], { roots })).toBe('CHAIN_ROOT_DEPTH')
    const detached = verify(chainOf([second]), options({ roots }))
    expect(detached.isDetached).toBe(true)
    expect(verify(chainOf(lawful), options()).isDetached).toBe(false)
  })

  test('a first warrant does not half pretend to be a child', () => {
    expect(refusalOf([altered(first, { depth: 1 })])).toBe('WARRANT_STRUCTURE')
    expect(refusalOf([altered(first, { parentHash: hashOf(third) })])).toBe('WARRANT_STRUCTURE')
  })
})

describe('CHN-8: chains of no size', () => {
  test('an empty chain, in bytes and as an object', () => {
    expect(codeOf(() => decodeChain(fromHex('80')))).toBe('CHAIN_EMPTY')
    expect(codeOf(() => chainOf([]))).toBe('CHAIN_EMPTY')
    const nothing = { warrants: [], bytes: fromHex('80') }
    expect(codeOf(() => verify(nothing, options()))).toBe('CHAIN_EMPTY')
  })

  test('more bytes or warrants than are read are refused before anything is verified', () => {
    expect(codeOf(() => decodeChain(new Uint8Array(MAX_CHAIN_BYTES + 1)))).toBe('CHAIN_TOO_LARGE')
    const writer = new CborWriter()
    writer.array(66)
    for (let i = 0; i < 66; i++) writer.encoded(first.bytes)
    expect(codeOf(() => decodeChain(writer.finish()))).toBe('CHAIN_TOO_LONG')
  })

  test('one warrant over its size, alone and in a chain', () => {
    const extensions = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`x${i}`, new Uint8Array(8_000).fill(9)]),
    )
    expect(
      codeOf(() => mint({ holder: alice.publicKey, tools: { read: {} }, extensions, now: NOW }, root)),
    ).toBe('WARRANT_TOO_LARGE')
    const padded = new CborWriter()
    padded.array(3)
    padded.uint(1)
    padded.bytes(new Uint8Array(65_536))
    padded.encoded(first.bytes.subarray(-68))
    expect(codeOf(() => decodeChain(padded.finish()))).toBe('WARRANT_TOO_LARGE')
  })
})

describe('CHN-9: a leaf that is fine under a root or middle that is not', () => {
  test('an expired ancestor cannot have a child that has not expired', () => {
    const short = minted({ ttlSeconds: 60 })
    const longer = childOf(short, { expiresAt: NOW + 3_600 })
    expect(refusalOf([short, longer], { now: NOW + 61 })).toBe('CHAIN_EXPIRY')
    const middle = childOf(first, { expiresAt: NOW + 60 })
    const outliving = childOf(middle, { expiresAt: NOW + 3_600 })
    expect(refusalOf([first, middle, outliving], { now: NOW + 61 })).toBe('CHAIN_EXPIRY')
    expect(refusalOf([first, middle, childOf(middle)], { now: NOW + 60 })).toBe('WARRANT_EXPIRED')
  })
})

describe('what a chain object says of itself', () => {
  test('counts for nothing besides its bytes', () => {
    const open = signed({ ...first.payload, ...tools({ '*': {} }) }, mallory)
    const forged = { warrants: [{ ...first, payload: open.payload }], bytes: first.bytes }
    expect([...verify(forged, options()).leaf.payload.tools.keys()]).toEqual(['read'])
    expect(codeOf(() => verify({ warrants: [first], bytes: open.bytes }, options()))).toBe(
      'SIGNATURE_INVALID',
    )
  })

  test('nor do bytes that are changed after they were decoded', () => {
    const bytes = stackBytes(lawful)
    const chain = decodeChain(bytes)
    bytes.fill(0)
    expect(codeOf(() => verify(chain, options()))).toBeUndefined()
    chain.bytes.fill(0)
    expect(codeOf(() => verify(chain, options()))).toBe('ENVELOPE_MALFORMED')
  })

  test('a chain of another holder is none of ours', () => {
    expect(refusalOf(lawful, { roots: [dave.publicKey] })).toBe('CHAIN_UNTRUSTED_ROOT')
    expect(refusalOf(lawful, { roots: [] })).toBe('CHAIN_UNTRUSTED_ROOT')
  })
})
