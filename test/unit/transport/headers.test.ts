import { describe, expect, test } from 'vitest'
import { toBase64, toBase64Url } from '../../../src/encoding/base64url.js'
import { toUtf8 } from '../../../src/encoding/bytes.js'
import { approve, encodeApprovals, formatApproval } from '../../../src/statement/approval.js'
import { prove } from '../../../src/statement/proof.js'
import { formatHeaders, type HeadersInput, parseHeaders } from '../../../src/transport/headers.js'
import { chainOf } from '../../../src/warrant/chain.js'
import { formatChain } from '../../../src/warrant/text.js'
import { keyOf } from '../../support/statements.js'
import { codeOf } from '../../support/values.js'
import { alice, childOf, minted, NOW } from '../../support/warrants.js'

const ROOT = minted()
const CHILD = childOf(ROOT)
const SINGLE = chainOf([ROOT])
const CHAIN = chainOf([ROOT, CHILD])
const PROOF = prove(SINGLE, { tool: 'read', args: {} }, alice, { now: NOW })
const APPROVALS = [keyOf(21), keyOf(22)].map((key) =>
  approve({ requestHash: new Uint8Array(32) }, { externalId: 'é', now: NOW }, key),
)
const HEADERS = formatHeaders({ chain: SINGLE, proof: PROOF, approvals: APPROVALS })
const WARRANT = { 'X-Tenuo-Warrant': formatChain(SINGLE) }

const bytesIn = (headers: HeadersInput) => {
  const { chain, proof, approvals } = parseHeaders(headers)
  return {
    warrants: chain.warrants.map(({ bytes }) => bytes),
    proof,
    approvals: approvals?.map(({ bytes }) => bytes),
  }
}

const ALL = { warrants: [ROOT.bytes], proof: PROOF, approvals: APPROVALS.map(({ bytes }) => bytes) }

describe('headers', () => {
  test.each([
    ['cbor' as const, SINGLE],
    ['json' as const, SINGLE],
    ['cbor' as const, CHAIN],
    ['json' as const, CHAIN],
  ])('with approvals as %s say what was written', (form, chain) => {
    const headers = formatHeaders({ chain, proof: PROOF, approvals: APPROVALS }, { approvals: form })
    expect(Object.keys(headers)).toEqual(['X-Tenuo-Warrant', 'X-Tenuo-PoP', 'X-Tenuo-Approvals'])
    expect(bytesIn(headers)).toEqual({ ...ALL, warrants: chain.warrants.map(({ bytes }) => bytes) })
    expect(Object.values(headers).filter((text) => !/^[\w+/=-]+$/.test(text))).toEqual([])
  })

  test('leave out what there is none of', () => {
    expect(formatHeaders({ chain: SINGLE })).toEqual(WARRANT)
    expect(formatHeaders({ chain: SINGLE, approvals: [] })).toEqual(WARRANT)
    expect(Object.keys(parseHeaders(WARRANT))).toEqual(['chain'])
    expect(Object.keys(parseHeaders({ ...WARRANT, 'X-Tenuo-Approvals': '' }))).toEqual(['chain'])
  })

  test('are read in any case and from every kind of collection', () => {
    const pairs = Object.entries(HEADERS)
    const shouted = pairs.map(([name, value]) => [name.toUpperCase(), value] as const)
    const lists = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), [value]]))
    for (const each of [HEADERS, pairs, shouted, new Map(pairs), new Headers(HEADERS), lists]) {
      expect(bytesIn(each)).toEqual(ALL)
    }
    expect(
      bytesIn({ ...HEADERS, Host: 'x', 'X-Tenuo-Other': 'y', 'x-tenuo-deny-reason': undefined }),
    ).toEqual(ALL)
  })

  test('are not lent by a prototype', () => {
    expect(codeOf(() => parseHeaders(Object.create(WARRANT)))).toBe('WARRANT_MISSING')
    const lent = Object.create(
      { approvals: APPROVALS, proof: PROOF },
      { chain: { value: SINGLE, enumerable: true } },
    )
    expect(formatHeaders(lent)).toEqual(WARRANT)
  })

  test('that stand twice are refused, however they are spelt', () => {
    const pairs = Object.entries(HEADERS)
    const [first = ['', '']] = pairs
    for (const each of [
      [...pairs, first],
      { ...HEADERS, 'x-tenuo-pop': HEADERS['X-Tenuo-PoP'] as string },
      { 'x-tenuo-warrant': [first[1], first[1]] },
    ]) {
      expect(codeOf(() => parseHeaders(each))).toBe('TRANSPORT_DUPLICATE')
    }
    const joined = new Headers(HEADERS)
    joined.append('X-Tenuo-Warrant', first[1])
    expect(codeOf(() => parseHeaders(joined))).toBe('TEXT_NOT_BASE64')
  })

  test('of an older client hold the ancestors apart', () => {
    const apart = {
      'X-Tenuo-Warrant': formatChain(chainOf([CHILD])),
      'X-Tenuo-Warrant-Chain': formatChain(SINGLE),
    }
    expect(bytesIn(apart).warrants).toEqual([ROOT.bytes, CHILD.bytes])
    const ancestors = (text: string) =>
      codeOf(() => parseHeaders({ ...apart, 'X-Tenuo-Warrant-Chain': text }))
    expect(ancestors(formatChain(CHAIN))).toBe('CHAIN_NOT_SINGLE')
    expect(ancestors(Array(65).fill('x').join(';'))).toBe('CHAIN_TOO_LONG')
    expect(ancestors(';'.repeat(500_000))).toBe('TRANSPORT_TOO_LARGE')
    expect(ancestors('')).toBe('ENVELOPE_MALFORMED')
    const both = { 'X-Tenuo-Warrant': formatChain(CHAIN), 'X-Tenuo-Warrant-Chain': formatChain(SINGLE) }
    expect(codeOf(() => parseHeaders(both))).toBe('CHAIN_NOT_SINGLE')
  })

  const approvals = (text: string) => ({ ...WARRANT, 'X-Tenuo-Approvals': text })
  const json = (value: unknown): string => toBase64(toUtf8(JSON.stringify(value)))
  const texts = APPROVALS.map(formatApproval)

  test.each<[string, HeadersInput, string]>([
    ['nothing', {}, 'WARRANT_MISSING'],
    ['a proof alone', { 'X-Tenuo-PoP': HEADERS['X-Tenuo-PoP'] as string }, 'WARRANT_MISSING'],
    ['an empty warrant', { 'X-Tenuo-Warrant': '' }, 'ENVELOPE_MALFORMED'],
    ['a long warrant', { 'X-Tenuo-Warrant': 'A'.repeat(400_001) }, 'TEXT_TOO_LARGE'],
    ['a warrant that is no text', { 'X-Tenuo-Warrant': [1 as never] }, 'TRANSPORT_MALFORMED'],
    ['a proof of nothing', { ...WARRANT, 'X-Tenuo-PoP': '' }, 'PROOF_MALFORMED'],
    ['two proofs in one', { ...WARRANT, 'X-Tenuo-PoP': 'A'.repeat(172) }, 'PROOF_MALFORMED'],
    ['approvals that are no base64', approvals('!!!'), 'TEXT_NOT_BASE64'],
    ['approvals that are no CBOR', approvals(toBase64(toUtf8('no'))), 'APPROVAL_MALFORMED'],
    ['approvals that are no JSON', approvals(toBase64(toUtf8('[no'))), 'TRANSPORT_MALFORMED'],
    ['approvals that are no UTF-8', approvals(toBase64(Uint8Array.of(0x5b, 0xff))), 'TRANSPORT_MALFORMED'],
    ['approvals of numbers', approvals(json([1])), 'TRANSPORT_MALFORMED'],
    [
      'approvals in base64url inside JSON',
      approvals(json([toBase64Url(Uint8Array.of(255, 255))])),
      'TEXT_NOT_BASE64',
    ],
    ['JSON of another thing', approvals(toBase64(toUtf8('{}'))), 'APPROVAL_MALFORMED'],
    ['more than 64 as JSON', approvals(json(Array(65).fill(texts[0]))), 'TRANSPORT_TOO_LARGE'],
    [
      'more than 64 as CBOR',
      approvals(toBase64Url(encodeApprovals(Array(65).fill(APPROVALS[0])))),
      'TRANSPORT_TOO_LARGE',
    ],
    ['a long text', approvals('A'.repeat(131_073)), 'TRANSPORT_TOO_LARGE'],
  ])('of %s are refused', (_, headers, code) => {
    expect(codeOf(() => parseHeaders(headers))).toBe(code)
  })

  test('of more approvals than are read are not written', () => {
    const many = Array(65).fill(APPROVALS[0])
    expect(codeOf(() => formatHeaders({ chain: SINGLE, approvals: many }))).toBe('TRANSPORT_TOO_LARGE')
  })
})
