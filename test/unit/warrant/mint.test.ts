/** Minting: what is signed for what was written, and what is refused before anything is signed. */

import { describe, expect, test } from 'vitest'
import { range } from '../../../src/capability/constraints/range.js'
import { subpath } from '../../../src/capability/constraints/subpath.js'
import type { PublicKey } from '../../../src/crypto/keys.js'
import type { SecretKey } from '../../../src/crypto/signer.js'
import { leafOf, type Payload } from '../../../src/warrant/chain.js'
import { newWarrantId, type WarrantId } from '../../../src/warrant/id.js'
import {
  type MintIssuerOptions,
  type MintOptions,
  mint,
  mintAsync,
  prepareMint,
} from '../../../src/warrant/mint.js'
import { verify } from '../../../src/warrant/verify.js'
import { codeOf } from '../../support/values.js'
import { alice, bob, carol, NOW, options, root } from '../../support/warrants.js'

const plain: MintOptions = { holder: alice.publicKey, tools: { read: {} }, now: NOW }
const issuing: MintIssuerOptions = { holder: alice.publicKey, issuableTools: ['read'], now: NOW }
const made = (given: MintOptions | MintIssuerOptions): Payload => leafOf(mint(given, root)).payload
const refusal = (change: object, base: MintOptions | MintIssuerOptions = plain): unknown =>
  codeOf(() => mint({ ...base, ...change } as MintOptions, root))

describe('what is signed', () => {
  test('by default: five minutes, eight delegations, and nothing else', () => {
    expect(made({ ...plain, now: NOW + 0.9 })).toMatchObject({
      type: 'execution',
      issuer: root.publicKey,
      holder: alice.publicKey,
      issuedAt: NOW,
      expiresAt: NOW + 300,
      maxDepth: 8,
      depth: 0,
      parentHash: undefined,
      approvers: undefined,
      clearance: undefined,
      sessionId: undefined,
    })
    expect(verify(mint(plain, root), options()).isDetached).toBe(false)
  })

  test('lists are sorted and hold each once', () => {
    const approvers = [carol.publicKey, bob.publicKey, carol.publicKey]
    const payload = made({ ...plain, gates: { read: 'whole' }, approvers })
    expect(payload.approvers).toEqual([bob.publicKey, carol.publicKey].sort())
    expect(made({ ...issuing, issuableTools: ['b', 'a', '\u{1F600}', '\uFF5E', 'a'] }).issuableTools).toEqual(
      ['a', 'b', '\uFF5E', '\u{1F600}'],
    )
  })

  test('bounds that bind nothing are left out', () => {
    expect(made({ ...issuing, bounds: {} }).bounds).toBeUndefined()
    expect([...(made({ ...issuing, bounds: { path: '/x' } }).bounds?.constraints.keys() ?? [])]).toEqual([
      'path',
    ])
  })

  test('tools as a record, as a map, or those of another warrant', () => {
    const record = made({ ...plain, tools: { read: { path: subpath('/data'), mode: 'r' } } })
    for (const tools of [record.tools, new Map(record.tools)]) {
      expect([...(made({ ...plain, tools }).tools.get('read')?.constraints ?? [])]).toEqual([
        ...(record.tools.get('read')?.constraints ?? []),
      ])
    }
    const open = { constraints: new Map([['limit', range({ max: 5 })]]), allowUnknown: true }
    expect(made({ ...plain, tools: { read: open } }).tools.get('read')?.allowUnknown).toBe(true)
    // Names that look like a capability's own are arguments.
    const named = made({
      ...plain,
      tools: { read: { constraints: ['a'], allowUnknown: true, entries: 'x' } },
    })
    expect([...(named.tools.get('read')?.constraints.keys() ?? [])]).toEqual([
      'allowUnknown',
      'constraints',
      'entries',
    ])
  })

  test('what a polluted prototype lends is not signed', () => {
    const lent = {
      clearance: 255,
      issuableTools: ['*'],
      allowUnknown: true,
      ttlSeconds: 9_999,
      sessionId: 's',
    }
    Object.assign(Object.prototype, lent)
    let payload: Payload
    try {
      payload = made({ ...plain, tools: { read: { path: '/x' } } })
    } finally {
      for (const name of Object.keys(lent)) Reflect.deleteProperty(Object.prototype, name)
    }
    expect(payload).toMatchObject({ type: 'execution', clearance: undefined, sessionId: undefined })
    expect([payload.expiresAt, payload.tools.get('read')?.allowUnknown]).toEqual([NOW + 300, false])
  })
})

describe('what is refused', () => {
  const gates = { read: 'whole' } as const
  const approvers = [bob.publicKey]
  test.each([
    ['no time', { now: Number.NaN }, 'TIME_MALFORMED'],
    ['a life of nothing', { ttlSeconds: 0 }, 'MINT_TTL'],
    ['a life of half a second', { ttlSeconds: 0.5 }, 'MINT_TTL'],
    ['a life over 90 days', { ttlSeconds: 7_776_001 }, 'MINT_TTL'],
    ['no tool', { tools: {} }, 'MINT_STRUCTURE'],
    ['a tool without a name', { tools: { '': {} } }, 'TOOL_NAME_INVALID'],
    ['a tool of 257 bytes', { tools: { [`${'é'.repeat(128)}x`]: {} } }, 'TOOL_NAME_INVALID'],
    ['a tool of the protocol', { tools: { 'tenuo:x': {} } }, 'TOOL_NAME_RESERVED'],
    ['a name with half a character', { tools: { 'a\uD800': {} } }, 'TEXT_SURROGATE'],
    [
      '257 tools',
      { tools: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`t${i}`, {}])) },
      'TOOLS_TOO_MANY',
    ],
    ['an object as a value', { tools: { read: { path: { a: 1 } } } }, 'CONSTRAINT_INVALID'],
    ['tools and tools to issue', { issuableTools: ['read'] }, 'MINT_STRUCTURE'],
    ['a depth above 64', { maxDepth: 65 }, 'MINT_STRUCTURE'],
    ['a depth below 0', { maxDepth: -1 }, 'MINT_STRUCTURE'],
    ['half a depth', { maxDepth: 1.5 }, 'MINT_STRUCTURE'],
    ['a clearance above 255', { clearance: 256 }, 'MINT_STRUCTURE'],
    ['a clearance that is none', { clearance: Number.NaN }, 'MINT_STRUCTURE'],
    ['gates that nobody opens', { gates }, 'MINT_APPROVERS'],
    ['gates that an empty list opens', { gates, approvers: [] }, 'MINT_APPROVERS'],
    ['approvers whom nothing asks', { approvers }, 'MINT_APPROVERS'],
    ['a threshold without approvers', { minApprovals: 1 }, 'MINT_APPROVERS'],
    ['a threshold of none', { gates, approvers, minApprovals: 0 }, 'MINT_APPROVERS'],
    [
      'a threshold of more than all',
      { gates, approvers: [...approvers, ...approvers], minApprovals: 2 },
      'MINT_APPROVERS',
    ],
    ['65 approvers', { gates, approvers: Array.from({ length: 65 }, () => bob.publicKey) }, 'MINT_APPROVERS'],
    ['a gate on a tool that is not granted', { gates: { write: 'whole' }, approvers }, 'MINT_STRUCTURE'],
    [
      'a gate on *, which asks about no tool',
      { tools: { '*': {} }, gates: { '*': 'whole' }, approvers },
      'MINT_STRUCTURE',
    ],
    ['a gate that is none', { gates: { read: 'all' }, approvers }, 'GATES_MALFORMED'],
    ['an extension of the protocol', { extensions: { 'tenuo.x': new Uint8Array() } }, 'EXTENSION_RESERVED'],
    ['a long extension', { extensions: { x: new Uint8Array(8_193) } }, 'EXTENSION_TOO_LARGE'],
    [
      'a long name of an extension',
      { extensions: { ['x'.repeat(256)]: new Uint8Array() } },
      'EXTENSION_TOO_LARGE',
    ],
    ['an id that is none', { id: 'x' as WarrantId }, 'WARRANT_ID_MALFORMED'],
    ['a session with half a character', { sessionId: '\uDC00' }, 'TEXT_SURROGATE'],
    ['a holder that is no key', { holder: 'x'.repeat(64) as PublicKey }, 'KEY_NOT_ON_CURVE'],
  ])('%s', (_, change, code) => {
    expect(refusal(change)).toBe(code)
  })

  test('of issuer warrants', () => {
    expect(refusal({ issuableTools: [] }, issuing)).toBe('MINT_STRUCTURE')
    expect(refusal({ issuableTools: ['tenuo:x'] }, issuing)).toBe('TOOL_NAME_RESERVED')
    expect(refusal({ maxDepth: 2, maxIssueDepth: 3 }, issuing)).toBe('MINT_STRUCTURE')
    expect(refusal({ maxIssueDepth: 65 }, issuing)).toBe('MINT_STRUCTURE')
  })

  test('names that are undefined are not there', () => {
    expect(made({ ...plain, issuableTools: undefined } as MintOptions).type).toBe('execution')
  })
})

describe('signing', () => {
  test('the draft says what will be signed, and by whom', () => {
    const draft = prepareMint({ ...plain, id: newWarrantId(NOW) }, root.publicKey)
    expect(draft.payload.issuer).toBe(root.publicKey)
    expect(draft.ancestors).toEqual([])
    expect(leafOf(mint({ ...plain, id: draft.payload.id }, root)).payloadBytes).toEqual(draft.payloadBytes)
  })

  test('by a key that is elsewhere is verified before it is used', async () => {
    const remote = { publicKey: root.publicKey, sign: async (message: Uint8Array) => root.sign(message) }
    expect(verify(await mintAsync(plain, remote), options()).leaf.payload.depth).toBe(0)
    const signing = (sign: SecretKey['sign']): Promise<unknown> =>
      mintAsync(plain, { publicKey: root.publicKey, sign })
    await expect(signing((message) => bob.sign(message))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await expect(signing(() => new Uint8Array(63))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await expect(signing(() => Promise.reject(new Error('locked')) as never)).rejects.toThrow('locked')
  })
})
