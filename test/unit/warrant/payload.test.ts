/** Payloads: one form in bytes, every field read back, and what bounds them. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import { fromHex } from '../../../src/encoding/bytes.js'
import { CborWriter } from '../../../src/encoding/cbor.js'
import type { WarrantError } from '../../../src/errors.js'
import type { Payload } from '../../../src/warrant/chain.js'
import { toolsOf } from '../../../src/warrant/fields.js'
import { warrantIdFromBytes } from '../../../src/warrant/id.js'
import { decodePayload, encodePayload, GATES_EXTENSION } from '../../../src/warrant/payload.js'
import { constraintsTo } from '../../support/arbitraries.js'
import { codeOf, texts } from '../../support/values.js'
import { alice, bob, carol, gated, mandate, minted, root } from '../../support/warrants.js'

const base = minted().payload
const absent = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
const key = fc.constantFrom(alice.publicKey, bob.publicKey, carol.publicKey)
const capability = fc
  .record({
    constraints: fc.uniqueArray(fc.tuple(texts, constraintsTo(1)), {
      maxLength: 3,
      selector: ([name]) => name,
    }),
    allowUnknown: fc.boolean(),
  })
  .map(({ constraints, allowUnknown }) => ({ constraints: new Map(constraints), allowUnknown }))
const named = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Map<string, T>> =>
  fc
    .uniqueArray(fc.tuple(texts, value), { maxLength: 4, selector: ([name]) => name })
    .map((entries) => new Map(entries))

/** Payloads of any fields at all, lawful or not. */
const payloads: fc.Arbitrary<Payload> = fc
  .record({
    id: bytes(16).map(warrantIdFromBytes),
    type: fc.constantFrom('execution' as const, 'issuer' as const),
    tools: named(capability),
    holder: key,
    issuer: key,
    issuedAt: fc.maxSafeNat(),
    expiresAt: fc.maxSafeNat(),
    maxDepth: fc.nat(255),
    parentHash: absent(bytes(32)),
    extensions: named(fc.uint8Array({ maxLength: 40 })),
    sessionId: absent(texts),
    agentId: absent(texts),
    issuableTools: absent(fc.array(texts, { maxLength: 3 })),
    maxIssueDepth: absent(u32),
    bounds: absent(capability),
    approvers: absent(fc.array(key, { maxLength: 3 })),
    minApprovals: absent(u32),
    clearance: absent(fc.nat(255)),
    depth: u32,
  })
  .map((fields) => ({ ...fields, gates: undefined }))

const plain = (payload: Payload): unknown => ({
  ...payload,
  tools: [...payload.tools]
    .sort()
    .map(([name, each]) => [name, [...each.constraints].sort(), each.allowUnknown]),
  bounds: payload.bounds && [[...payload.bounds.constraints].sort(), payload.bounds.allowUnknown],
  extensions: [...payload.extensions].sort(),
})

describe('every field', () => {
  test('comes back from its bytes, and its bytes from it', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const written = encodePayload(payload)
        const read = decodePayload(written)
        expect(encodePayload(read)).toEqual(written)
        expect(plain(read)).toEqual(plain(payload))
      }),
      { numRuns: 300 },
    )
  })

  test('that is absent is an own property without a value', () => {
    expect(Object.keys(decodePayload(encodePayload(base))).sort()).toEqual(Object.keys(base).sort())
    expect(decodePayload(encodePayload(base))).toMatchObject({ parentHash: undefined, gates: undefined })
  })

  test('of the protocol among the extensions is a field', () => {
    const fields = { ...base, ...gated({ read: 'whole' }), sessionId: 's', agentId: '' }
    const read = decodePayload(encodePayload(fields))
    expect(read.gates?.get('read')).toBe('whole')
    expect([...read.extensions.keys()]).toEqual([GATES_EXTENSION])
    expect([read.sessionId, read.agentId]).toEqual(['s', ''])
  })
})

describe('what is refused', () => {
  const refusal = (change: Partial<Payload>): unknown =>
    codeOf(() => decodePayload(encodePayload({ ...base, ...change })))
  const extensions = (count: number, size = 1): Partial<Payload> => ({
    extensions: new Map(
      Array.from({ length: count }, (_, i) => [`x${String(i).padStart(3, '0')}`, new Uint8Array(size)]),
    ),
  })
  const many = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `t${i}`)

  test.each([
    ['times beyond 53 bits', { expiresAt: 2 ** 53 }, 'CBOR_NUMBER_RANGE'],
    ['a depth limit beyond a byte', { maxDepth: 256 }, 'CBOR_NUMBER_RANGE'],
    ['a depth beyond 32 bits', { depth: 2 ** 32 }, 'CBOR_NUMBER_RANGE'],
    ['an issue depth beyond 32 bits', { maxIssueDepth: 2 ** 32 }, 'CBOR_NUMBER_RANGE'],
    ['a threshold beyond 32 bits', { minApprovals: 2 ** 32 }, 'CBOR_NUMBER_RANGE'],
    ['a clearance beyond a byte', { clearance: 256 }, 'CBOR_NUMBER_RANGE'],
    ['a hash of 31 bytes', { parentHash: new Uint8Array(31) }, 'CBOR_UNEXPECTED_TYPE'],
    ['257 issuable tools', { issuableTools: many(257) }, 'CBOR_NUMBER_RANGE'],
    ['65 approvers', { approvers: Array.from({ length: 65 }, () => bob.publicKey) }, 'CBOR_NUMBER_RANGE'],
    ['65 extensions', extensions(65), 'EXTENSIONS_TOO_MANY'],
    ['an extension of 8,193 bytes', extensions(1, 8_193), 'EXTENSION_TOO_LARGE'],
    [
      'gates of 8,193 bytes',
      { extensions: new Map([[GATES_EXTENSION, new Uint8Array(8_193)]]) },
      'EXTENSION_TOO_LARGE',
    ],
    [
      'gates that are none',
      { extensions: new Map([[GATES_EXTENSION, fromHex('01')]]) },
      'CBOR_UNEXPECTED_TYPE',
    ],
    [
      'a session that is no text',
      { extensions: new Map([['tenuo.session_id', fromHex('ff')]]) },
      'EXTENSION_INVALID',
    ],
    [
      'an agent that is no text',
      { extensions: new Map([['tenuo.agent_id', fromHex('c0af')]]) },
      'EXTENSION_INVALID',
    ],
  ] satisfies [string, Partial<Payload>, unknown][])('%s', (_, change, code) => {
    expect(refusal(change)).toBe(code)
  })

  test('up to its bound everything is read', () => {
    for (const change of [
      { issuableTools: many(256) },
      { approvers: Array.from({ length: 64 }, () => bob.publicKey) },
      { ...extensions(64), sessionId: 's', agentId: 'a' },
      extensions(1, 8_192),
      { expiresAt: Number.MAX_SAFE_INTEGER },
    ])
      expect(refusal(change)).toBeUndefined()
  })

  test('lists that the reference does not bound name the rule', () => {
    const thrown = (change: Partial<Payload>): Partial<WarrantError> => {
      try {
        decodePayload(encodePayload({ ...base, ...change }))
      } catch (error) {
        return error as WarrantError // nothing else is thrown
      }
      return {}
    }
    expect(thrown({ issuableTools: many(257) })).toMatchObject({
      where: 'issuable_tools',
      rule: 'LIST_BOUNDS',
    })
    const approvers = Array.from({ length: 65 }, () => root.publicKey)
    expect(thrown({ approvers })).toMatchObject({ where: 'required_approvers', rule: 'LIST_BOUNDS' })
  })

  test('257 tools, and 65 constraints of one', () => {
    const more = new Map([
      ...toolsOf(Object.fromEntries(many(256).map((name) => [name, {}]))),
      ...toolsOf({ z: {} }),
    ])
    expect(refusal({ tools: more })).toBe('TOOLS_TOO_MANY')
    const constraints = new Map(many(65).map((name) => [name, subpath('/')] as const))
    expect(refusal({ tools: new Map([['t', { constraints, allowUnknown: false }]]) })).toBe(
      'CONSTRAINTS_TOO_MANY',
    )
    expect(refusal({ bounds: { constraints, allowUnknown: false } })).toBe('CONSTRAINTS_TOO_MANY')
  })

  /** The map of a payload's items, with one key more, less or other. */
  const items = (payload: Payload): [number, Uint8Array][] => {
    const list: [number, Uint8Array][] = []
    for (const [name, value] of Object.entries({
      6: payload.issuedAt,
      7: payload.expiresAt,
      8: payload.maxDepth,
      18: payload.depth,
    })) {
      const writer = new CborWriter()
      writer.uint(value)
      list.push([Number(name), writer.finish()])
    }
    return list
  }
  const mapOf = (entries: readonly (readonly [number, Uint8Array])[]): Uint8Array => {
    const writer = new CborWriter()
    writer.map(entries.length)
    for (const [name, value] of entries) {
      writer.uint(name)
      writer.encoded(value)
    }
    return writer.finish()
  }

  test('keys that version 1 does not have, and keys that it must have', () => {
    const some = items(mandate().payload)
    expect(codeOf(() => decodePayload(mapOf(some)))).toBe('PAYLOAD_MISSING_FIELD')
    expect(codeOf(() => decodePayload(mapOf([])))).toBe('PAYLOAD_MISSING_FIELD')
    for (const unknown of [12, 19, 255, 2 ** 40])
      expect(codeOf(() => decodePayload(mapOf([[unknown, Uint8Array.of(0)]])))).toBe('PAYLOAD_UNKNOWN_FIELD')
    expect(codeOf(() => decodePayload(mapOf([...some].reverse())))).toBe('CBOR_KEY_ORDER')
    expect(codeOf(() => decodePayload(mapOf([...some, some[3] as [number, Uint8Array]])))).toBe(
      'CBOR_DUPLICATE_KEY',
    )
    expect(codeOf(() => decodePayload(mapOf([[0, Uint8Array.of(2)]])))).toBe('PAYLOAD_VERSION')
    expect(codeOf(() => decodePayload(mapOf([[2, Uint8Array.of(2)]])))).toBe('WARRANT_TYPE_UNKNOWN')
    expect(codeOf(() => decodePayload(mapOf([[10, Uint8Array.of(0xa0)]])))).toBe('CBOR_NOT_CANONICAL')
    for (const key of [9, 11, 13, 14, 15, 16, 17])
      expect(codeOf(() => decodePayload(mapOf([[key, Uint8Array.of(0xf6)]])))).toBe('CBOR_UNEXPECTED_TYPE')
  })
})
