import { describe, expect, test } from 'vitest'
import { createEnforcer } from '../../../src/enforce/enforcer.js'
import { approve } from '../../../src/statement/approval.js'
import { prove } from '../../../src/statement/proof.js'
import { formatMcpMeta, parseMcpCall, parseMcpMeta } from '../../../src/transport/mcp.js'
import { chainOf } from '../../../src/warrant/chain.js'
import { mint } from '../../../src/warrant/mint.js'
import { keyOf } from '../../support/statements.js'
import { codeOf } from '../../support/values.js'
import { alice, minted, NOW, root } from '../../support/warrants.js'

const CHAIN = mint({ holder: alice.publicKey, tools: { read: {} }, ttlSeconds: 600, now: NOW }, root)
const ARGS = { path: '/a', n: 1 }
const PROOF = prove(CHAIN, { tool: 'read', args: ARGS }, alice, { now: NOW, profile: 'tenuo-json' })
const APPROVAL = approve({ requestHash: new Uint8Array(32) }, { externalId: 'é', now: NOW }, keyOf(21))
const META = formatMcpMeta({ chain: CHAIN, proof: PROOF, approvals: [APPROVAL] })
const { tenuo } = META

const enforcer = () =>
  createEnforcer({ roots: [root.publicKey], clock: () => NOW, proof: { profile: 'tenuo-json' } })

describe('the _meta of a call', () => {
  test('says what was written, and goes through JSON as it is', () => {
    for (const meta of [META, JSON.parse(JSON.stringify(META)), { ...META, progressToken: 1 }]) {
      const read = parseMcpMeta(meta)
      expect(read.chain.bytes).toEqual(CHAIN.bytes)
      expect(read.proof).toEqual(PROOF)
      expect(read.approvals?.map(({ bytes }) => bytes)).toEqual([APPROVAL.bytes])
    }
    expect(parseMcpMeta(formatMcpMeta({ chain: CHAIN }))).toEqual({ chain: expect.anything() })
  })

  test.each<[string, unknown, string]>([
    ['none', undefined, 'WARRANT_MISSING'],
    ['null', null, 'WARRANT_MISSING'],
    ['no envelope', { other: 1 }, 'WARRANT_MISSING'],
    ['an envelope that is lent', Object.create(META), 'WARRANT_MISSING'],
    ['an envelope of null', { tenuo: null }, 'TRANSPORT_MALFORMED'],
    ['an envelope of text', { tenuo: 'x' }, 'TRANSPORT_MALFORMED'],
    ['an envelope that contains itself', { tenuo: loop() }, 'TRANSPORT_MALFORMED'],
    ['an envelope without a warrant', { tenuo: { signature: tenuo.signature } }, 'WARRANT_MISSING'],
    ['a warrant that is lent', { tenuo: Object.create(tenuo) }, 'TRANSPORT_MALFORMED'],
    ['an unknown field', { tenuo: { ...tenuo, roots: [] } }, 'TRANSPORT_MALFORMED'],
    ['a field in another case', { tenuo: { ...tenuo, Signature: tenuo.signature } }, 'TRANSPORT_MALFORMED'],
    ['a proof of null', { tenuo: { ...tenuo, signature: null } }, 'TRANSPORT_MALFORMED'],
    ['a proof in hexadecimal', { tenuo: { ...tenuo, signature: 'a'.repeat(128) } }, 'PROOF_MALFORMED'],
    ['a proof without padding', { tenuo: { ...tenuo, signature: 'A'.repeat(86) } }, 'PROOF_MALFORMED'],
    ['a proof in base64url', { tenuo: { ...tenuo, signature: `${'-'.repeat(86)}==` } }, 'PROOF_MALFORMED'],
    [
      'a proof with white space',
      { tenuo: { ...tenuo, signature: ` ${tenuo.signature}` } },
      'PROOF_MALFORMED',
    ],
    ['a short proof', { tenuo: { ...tenuo, signature: 'AAAA' } }, 'PROOF_MALFORMED'],
    ['a warrant of bytes', { tenuo: { ...tenuo, warrant: CHAIN.bytes } }, 'TRANSPORT_MALFORMED'],
    ['a long warrant', { tenuo: { ...tenuo, warrant: 'A'.repeat(65_537) } }, 'TRANSPORT_TOO_LARGE'],
    ['approvals of null', { tenuo: { ...tenuo, approvals: null } }, 'TRANSPORT_MALFORMED'],
    ['approvals of numbers', { tenuo: { ...tenuo, approvals: [1] } }, 'TRANSPORT_MALFORMED'],
    ['an approval that is none', { tenuo: { ...tenuo, approvals: ['AAAA'] } }, 'APPROVAL_MALFORMED'],
    ['a long approval', { tenuo: { ...tenuo, approvals: ['A'.repeat(8_193)] } }, 'TRANSPORT_TOO_LARGE'],
    ['many approvals', { tenuo: { ...tenuo, approvals: Array(65).fill('A') } }, 'TRANSPORT_TOO_LARGE'],
    ['a hostile object', hostile(), 'TRANSPORT_MALFORMED'],
  ])('that is %s is refused', (_, meta, code) => {
    expect(codeOf(() => parseMcpMeta(meta))).toBe(code)
  })

  test('that the published readers would refuse is not written', () => {
    const names = Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(250, 'x'))
    const long = chainOf([minted({ tools: Object.fromEntries(names.map((name) => [name, {}])) })])
    expect(codeOf(() => formatMcpMeta({ chain: long }))).toBe('TRANSPORT_TOO_LARGE')
    expect(codeOf(() => formatMcpMeta({ chain: CHAIN, approvals: Array(65).fill(APPROVAL) }))).toBe(
      'TRANSPORT_TOO_LARGE',
    )
    const wordy = approve(
      { requestHash: new Uint8Array(32) },
      { externalId: 'x'.repeat(6_100), now: NOW },
      alice,
    )
    expect(codeOf(() => formatMcpMeta({ chain: CHAIN, approvals: [wordy] }))).toBe('TRANSPORT_TOO_LARGE')
  })
})

describe('a call', () => {
  const outcome = (params: unknown) => enforcer().enforce(parseMcpCall(params))

  test('is allowed as it was signed', () => {
    const call = parseMcpCall({ name: 'read', arguments: ARGS, _meta: META })
    expect(enforcer().enforce(call)).toMatchObject({ kind: 'allow', call: { tool: 'read', args: ARGS } })
    expect(outcome({ name: 'read', arguments: { ...ARGS, n: 2 }, _meta: META })).toMatchObject({
      code: 'PROOF_INVALID',
    })
    expect(outcome({ name: 'write', arguments: ARGS, _meta: META })).toMatchObject({
      code: 'TOOL_NOT_GRANTED',
    })
    expect(
      outcome({ name: 'read', arguments: ARGS, _meta: { tenuo: { warrant: tenuo.warrant } } }),
    ).toMatchObject({
      code: 'PROOF_MISSING',
    })
  })

  test('without arguments has none', () => {
    const proof = prove(CHAIN, { tool: 'read', args: {} }, alice, { now: NOW })
    const _meta = formatMcpMeta({ chain: CHAIN, proof })
    expect(outcome({ name: 'read', _meta })).toMatchObject({ kind: 'allow', call: { args: {} } })
  })

  test('may carry its envelope in the arguments, where no proof covers it and no tool sees it', () => {
    const carried = { ...ARGS, _tenuo: tenuo }
    const decision = outcome({ name: 'read', arguments: carried })
    expect(decision).toMatchObject({ kind: 'allow', call: { args: ARGS } })
    expect(decision.kind === 'allow' && Object.keys(decision.call.args)).toEqual(['path', 'n'])
    expect(outcome({ name: 'read', arguments: { ...ARGS, _tenuo: null }, _meta: META })).toMatchObject({
      call: { args: ARGS },
    })
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'CALL_MALFORMED'],
    ['no name', { arguments: ARGS, _meta: META }, 'CALL_MALFORMED'],
    ['a list of arguments', { name: 'read', arguments: [1], _meta: META }, 'CALL_MALFORMED'],
    ['null for arguments', { name: 'read', arguments: null, _meta: META }, 'CALL_MALFORMED'],
    ['no envelope', { name: 'read', arguments: ARGS }, 'WARRANT_MISSING'],
    [
      'two envelopes',
      { name: 'read', arguments: { ...ARGS, _tenuo: tenuo }, _meta: META },
      'TRANSPORT_DUPLICATE',
    ],
    [
      'an envelope beside one of null',
      { name: 'read', arguments: { ...ARGS, _tenuo: tenuo }, _meta: { tenuo: null } },
      'TRANSPORT_DUPLICATE',
    ],
    ['an envelope that is none', { name: 'read', arguments: { _tenuo: 1 } }, 'TRANSPORT_MALFORMED'],
    ['a hostile object', hostile(), 'TRANSPORT_MALFORMED'],
  ])('of %s is refused', (_, params, code) => {
    expect(codeOf(() => parseMcpCall(params))).toBe(code)
  })
})

function loop(): object {
  const made: Record<string, unknown> = {}
  made['warrant'] = made
  return made
}

/** An object that answers nothing without throwing. */
function hostile(): object {
  return new Proxy(
    {},
    {
      getOwnPropertyDescriptor: () => {
        throw new Error('no')
      },
    },
  )
}
