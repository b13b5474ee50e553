import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePublicKey, encodeSignature } from '../../../src/crypto/keys.js'
import { fromHex, toHex } from '../../../src/encoding/bytes.js'
import { CborReader, CborWriter } from '../../../src/encoding/cbor.js'
import {
  type Approval,
  approve,
  approveAsync,
  decodeApproval,
  decodeApprovals,
  encodeApproval,
  encodeApprovals,
  formatApproval,
  parseApproval,
  requestHash,
} from '../../../src/statement/approval.js'
import {
  attestApprovalContext,
  attestApprovalContextAsync,
  verifyApprovalContext,
} from '../../../src/statement/approvalContext.js'
import { countApprovals } from '../../../src/statement/approvalCount.js'
import type { WarrantId } from '../../../src/warrant/id.js'
import { damaged, keyOf, NOW, OTHER_ID, WARRANT_ID } from '../../support/statements.js'
import { codeOf, objectOf, texts, valueObjects } from '../../support/values.js'

const holder = keyOf(2).publicKey
const alice = keyOf(0x11)
const hash = requestHash(WARRANT_ID, 'send', objectOf([['to', 'x']]), holder)
const options = { externalId: 'alice@example.com', now: NOW }

describe('an approval', () => {
  test('is read back as it was made, bytes and all', () => {
    const extensions = fc.option(
      fc.array(fc.tuple(texts, fc.uint8Array({ maxLength: 8 })), { maxLength: 3 }).map((all) => new Map(all)),
      { nil: undefined },
    )
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 1, max: 1_000_000 }),
        extensions,
        (externalId, ttlSeconds, bag) => {
          const approval = approve(
            { requestHash: hash },
            { externalId, ttlSeconds, now: NOW, ...(bag === undefined ? {} : { extensions: bag }) },
            alice,
          )
          expect(decodeApproval(encodeApproval(approval))).toEqual(approval)
          expect(parseApproval(formatApproval(approval))).toEqual(approval)
          expect(approval.payload).toMatchObject({ externalId, approvedAt: NOW, expiresAt: NOW + ttlSeconds })
        },
      ),
      { numRuns: 50 },
    )
  })

  test('lives five minutes unless told, in whole seconds', () => {
    const { payload } = approve({ requestHash: toHex(hash) }, { ...options, now: NOW + 0.9 }, alice)
    expect(payload).toMatchObject({ approvedAt: NOW, expiresAt: NOW + 300, requestHash: hash })
  })

  test('differs each time, by its nonce', () => {
    const all = Array.from({ length: 4 }, () =>
      formatApproval(approve({ requestHash: hash }, options, alice)),
    )
    expect(new Set(all).size).toBe(4)
  })

  test('is the same from a signer elsewhere', async () => {
    const fixed = { ...options, nonce: new Uint8Array(16).fill(7) }
    const remote = { publicKey: alice.publicKey, sign: async (message: Uint8Array) => alice.sign(message) }
    expect(await approveAsync({ requestHash: hash }, fixed, remote)).toEqual(
      approve({ requestHash: hash }, fixed, alice),
    )
  })

  test('keeps nothing of what it was made from', () => {
    const nonce = new Uint8Array(16)
    const own = hash.slice()
    const approval = approve({ requestHash: own }, { ...options, nonce }, alice)
    const before = formatApproval(approval)
    nonce.fill(1)
    own.fill(1)
    expect(decodeApproval(encodeApproval(approval))).toEqual(approval)
    expect(formatApproval(approval)).toBe(before)
  })

  test.each<[string, Parameters<typeof approve>[0], Partial<Parameters<typeof approve>[1]>]>([
    ['APPROVAL_MALFORMED', { requestHash: new Uint8Array(31) }, {}],
    ['APPROVAL_MALFORMED', { requestHash: 'xyz' }, {}],
    ['APPROVAL_MALFORMED', { requestHash: hash }, { ttlSeconds: 0 }],
    ['APPROVAL_MALFORMED', { requestHash: hash }, { ttlSeconds: Number.NaN }],
    ['APPROVAL_MALFORMED', { requestHash: hash }, { now: Number.NaN }],
    ['APPROVAL_MALFORMED', { requestHash: hash }, { nonce: new Uint8Array(15) }],
    ['CBOR_NUMBER_RANGE', { requestHash: hash }, { now: -5 }],
    ['TEXT_SURROGATE', { requestHash: hash }, { externalId: '\uD800' }],
  ])('is not made of nonsense: %s', (code, request, wrong) => {
    expect(codeOf(() => approve(request, { ...options, ...wrong }, alice))).toBe(code)
  })

  test('lists are read as a list or a single one', () => {
    const all = [
      approve({ requestHash: hash }, options, alice),
      approve({ requestHash: hash }, options, keyOf(0x12)),
    ]
    expect(decodeApprovals(encodeApprovals(all))).toEqual(all)
    expect(decodeApprovals(encodeApproval(all[0] as Approval))).toEqual([all[0]])
    expect(decodeApprovals(encodeApprovals([]))).toEqual([])
    expect(codeOf(() => decodeApprovals(Uint8Array.of(0x81, 0)))).toBe('APPROVAL_MALFORMED')
    expect(codeOf(() => decodeApprovals(new Uint8Array(70_000)))).toBe('APPROVAL_MALFORMED')
    const many = new Uint8Array([0x98, 129, ...new Uint8Array(200)])
    expect(codeOf(() => decodeApprovals(many))).toBe('APPROVAL_MALFORMED')
  })
})

describe('reading', () => {
  const good = approve({ requestHash: hash }, { ...options, nonce: new Uint8Array(16) }, alice)

  /** The good approval around another payload, or in another shape. */
  const envelope = (payload: Uint8Array, version = 1): Uint8Array => {
    const writer = new CborWriter()
    writer.map(4)
    writer.text('approval_version')
    writer.uint(version)
    writer.text('payload')
    writer.bytes(payload)
    writer.text('approver_key')
    encodePublicKey(writer, good.approver)
    writer.text('signature')
    encodeSignature(writer, good.signature)
    return writer.finish()
  }

  test.each([
    ['nothing', ''],
    ['no map', '80'],
    ['an empty map', 'a0'],
    ['garbage', 'ff'],
  ])('refuses %s', (_, hex) => {
    expect(codeOf(() => decodeApproval(fromHex(hex)))).toBe('APPROVAL_MALFORMED')
    expect(codeOf(() => decodeApproval(envelope(fromHex(hex))))).toBe('APPROVAL_MALFORMED')
  })

  test('refuses other versions, of envelope and payload', () => {
    expect(codeOf(() => decodeApproval(envelope(good.payloadBytes, 2)))).toBe('APPROVAL_VERSION')
    const payload = good.payloadBytes.slice()
    payload[9] = 2 // behind the head of the map and the text "version"
    expect(codeOf(() => decodeApproval(envelope(payload)))).toBe('APPROVAL_VERSION')
  })

  test('refuses hash, nonce and keys that are byte strings, which the reference writes otherwise', () => {
    const reader = new CborReader(good.payloadBytes)
    const writer = new CborWriter()
    writer.map(6)
    reader.struct(
      ['version', 'request_hash', 'nonce', 'external_id', 'approved_at', 'expires_at'],
      [],
      (field) => {
        writer.text(field)
        if (field === 'request_hash' || field === 'nonce') writer.bytes(reader.octets())
        else if (field === 'external_id') writer.text(reader.text())
        else writer.uint(reader.uint())
      },
    )
    expect(codeOf(() => decodeApproval(envelope(writer.finish())))).toBe('APPROVAL_MALFORMED')
  })

  test('takes the extensions of a payload in any order, each once', () => {
    const withBag = (names: readonly string[]): Uint8Array => {
      const writer = new CborWriter()
      writer.encoded(Uint8Array.of(0xa7))
      writer.encoded(good.payloadBytes.subarray(1))
      writer.text('extensions')
      writer.map(names.length)
      for (const name of names) {
        writer.text(name)
        writer.octets(Uint8Array.of(1))
      }
      return envelope(writer.finish())
    }
    const read = decodeApproval(withBag(['zz', 'a']))
    expect([...(read.payload.extensions ?? [])]).toEqual([
      ['zz', Uint8Array.of(1)],
      ['a', Uint8Array.of(1)],
    ])
    expect(codeOf(() => decodeApproval(withBag(['a', 'a'])))).toBe('APPROVAL_MALFORMED')
    expect(codeOf(() => decodeApproval(withBag(Array.from({ length: 65 }, (_, i) => `${i}`))))).toBe(
      'APPROVAL_MALFORMED',
    )
  })

  test('refuses what is too large before looking at it', () => {
    expect(codeOf(() => decodeApproval(new Uint8Array(100_000)))).toBe('APPROVAL_MALFORMED')
    expect(codeOf(() => parseApproval('A'.repeat(1_000_000)))).toBe('APPROVAL_MALFORMED')
    expect(codeOf(() => parseApproval('!'))).toBe('TEXT_NOT_BASE64')
  })

  test('shares no memory with what was read', () => {
    const bytes = encodeApproval(good)
    const read = decodeApproval(bytes)
    bytes.fill(0)
    expect(read).toEqual(good)
  })

  test('reads or refuses any damage with a code', () => {
    for (const bytes of damaged(good.bytes)) {
      expect(codeOf(() => decodeApproval(bytes))).toEqual(
        expect.toBeOneOf([undefined, 'APPROVAL_MALFORMED', 'APPROVAL_VERSION']),
      )
    }
  })
})

test('a request hash is that of exactly one request', () => {
  fc.assert(
    fc.property(valueObjects, (args) => {
      const one = toHex(requestHash(WARRANT_ID, 't', args, holder))
      expect(toHex(requestHash(WARRANT_ID, 'u', args, holder))).not.toBe(one)
      expect(toHex(requestHash(OTHER_ID, 't', args, holder))).not.toBe(one)
      expect(toHex(requestHash(WARRANT_ID, 't', args, alice.publicKey))).not.toBe(one)
      expect(
        toHex(requestHash(WARRANT_ID, 't', objectOf([...Object.entries(args), ['\u0001more', 1]]), holder)),
      ).not.toBe(one)
    }),
    { numRuns: 50 },
  )
})

describe('an approval context', () => {
  const context = { warrantId: WARRANT_ID, tool: 'send', args: objectOf([['to', 'x']]), holder }
  const attested = attestApprovalContext(context, keyOf(2))
  const signature = Buffer.from(attested.signature_b64, 'base64')

  test('verifies for what was attested, and for nothing else', () => {
    expect(codeOf(() => verifyApprovalContext(context, signature, holder))).toBeUndefined()
    const others = [
      { ...context, tool: 'sen' },
      { ...context, warrantId: `${WARRANT_ID}s` as WarrantId, tool: 'end' },
      { ...context, args: objectOf([['to', 'y']]) },
      { ...context, holder: alice.publicKey },
    ]
    for (const other of others) {
      expect(codeOf(() => verifyApprovalContext(other, signature, holder))).toBe('APPROVAL_SIGNATURE')
    }
    expect(codeOf(() => verifyApprovalContext(context, signature, alice.publicKey))).toBe(
      'APPROVAL_SIGNATURE',
    )
    expect(codeOf(() => verifyApprovalContext(context, signature.subarray(1), holder))).toBe(
      'APPROVAL_SIGNATURE',
    )
  })

  test('names what it is about', async () => {
    expect(attested).toMatchObject({
      version: 1,
      canonicalization: 'cbor-canonical-v1',
      warrant_id: WARRANT_ID,
      tool: 'send',
      request_hash: toHex(hash),
      holder_key_hex: holder,
      signer_key_hex: holder,
    })
    const remote = { publicKey: holder, sign: async (message: Uint8Array) => keyOf(2).sign(message) }
    expect(await attestApprovalContextAsync(context, remote)).toEqual(attested)
  })
})

test('a count says who approved, and why others did not', () => {
  const bob = keyOf(0x12)
  const approvals = [
    approve({ requestHash: hash }, options, keyOf(9)),
    approve({ requestHash: hash }, options, alice),
    approve({ requestHash: hash }, options, alice),
    approve({ requestHash: hash }, options, bob),
  ]
  const count = countApprovals(approvals, {
    requestHash: hash,
    approvers: [alice.publicKey, bob.publicKey],
    minApprovals: undefined,
    now: NOW,
  })
  expect(count).toEqual({
    denial: undefined,
    needed: 2,
    approvers: [alice.publicKey, bob.publicKey],
    faults: ['not-an-approver', 'repeated'],
  })
})

test('a count that looked at no approval found no fault', () => {
  const options = { requestHash: hash, minApprovals: undefined, now: NOW }
  const approvers = [alice.publicKey]
  expect(countApprovals([], { ...options, approvers }).faults).toEqual([])
  expect(countApprovals([], { ...options, approvers: [] }).faults).toEqual([])
})
