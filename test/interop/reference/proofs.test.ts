/** Proofs of possession: what each side signs for every kind of value, and whether the other accepts it. */

import { describe, expect, test } from 'vitest'
import {
  createEnforcer,
  dedupKey,
  float,
  integer,
  mint,
  parseProof,
  prove,
  requestHash,
  type ValueObject,
} from '../../../src/index.js'
import { parseArgs } from '../../../src/schema/index.js'
import { alice, last, root } from '../../support/warrants.js'
import { base64, bytesOf, judgedByReference } from './reference.js'
import { clock, seedOf, stackText } from './stack.js'

const TOOL = 'é/tool'

/** Calls that both versions have a form for. */
const PLAIN: Readonly<Record<string, ValueObject>> = {
  'no arguments': {},
  text: { a: 'x', b: '', c: 'a\0b', d: '\uFEFFbom', e: 'e\u0301' },
  integers: { a: 0, b: 1, c: -1, d: 23, e: 24, f: 255, g: 256, h: 65_536, i: 4_294_967_296, j: -257 },
  'large integers': { a: integer(2n ** 63n - 1n), b: integer(-(2n ** 63n)), c: integer(2n ** 53n + 1n) },
  floats: {
    a: float(1),
    b: float(-0),
    c: 0.1,
    d: float(1e300),
    e: 5e-324,
    f: float(65_504),
    g: float(65_505),
    h: 1.5,
  },
  booleans: { a: true, b: false },
  lists: { a: [], b: [[]], c: [1, float(1), '1', true, [false, ['x']]] },
  'unicode names': { '': 0, '\u{1F600}': 1, '\u{FF5E}': 2, é: 3, __proto__x: 4, 1: 5, 10: 6, 2: 7 },
}

/** Calls that the older version has no form for. */
const NESTED: Readonly<Record<string, ValueObject>> = {
  null: { a: null },
  'null in a list': { a: [null, 1, [null]] },
  objects: { a: { '\u{1F600}': 1, '\u{FF5E}': { z: [null, {}], a: float(2) } }, b: {} },
}

const CHAIN = mint({ holder: alice.publicKey, tools: { [TOOL]: {} }, ttlSeconds: 600, now: clock() }, root)
const { payload } = last(CHAIN)

judgedByReference('proofs', (reference, version) => {
  const fieldsOf = (args: ValueObject) => ({ chain: stackText(CHAIN.warrants), tool: TOOL, args })

  const isSame = async (args: ValueObject): Promise<void> => {
    const now = clock()
    const ours = prove(CHAIN, { tool: TOOL, args }, alice, { now })
    const theirs = await reference().text('prove', { ...fieldsOf(args), seed: seedOf(alice), now })
    expect(base64(ours)).toBe(theirs)
    const enforcer = createEnforcer({ roots: [root.publicKey], clock: () => now })
    expect(enforcer.enforce({ chain: CHAIN, tool: TOOL, args, proof: theirs }).kind).toBe('allow')
    const refusal = await reference().refusal('check', {
      ...fieldsOf(args),
      roots: [root.publicKey],
      proof: base64(ours),
    })
    expect(refusal).toBeUndefined()
    expect(await reference().text('dedupKey', fieldsOf(args))).toBe(dedupKey(payload.id, TOOL, args))
    const hashed = { warrant_id: payload.id, tool: TOOL, args, holder: payload.holder }
    expect(await reference().bytes('requestHash', hashed)).toEqual(
      requestHash(payload.id, TOOL, args, payload.holder),
    )
  }

  test.each(Object.entries(PLAIN))('the same bytes for %s', (_, args) => isSame(args))

  test.each(Object.entries(NESTED))('%s: the same bytes where there is a form', async (_, args) => {
    if (version !== '0.2.3') return isSame(args)
    const asked = { ...fieldsOf(args), seed: seedOf(alice), now: clock() }
    expect(await reference().refusal('prove', asked)).toMatch(/^ValidationError/)
  })

  test('1 and 1.0 are two calls, to both sides', async () => {
    const now = clock()
    const proof = prove(CHAIN, { tool: TOOL, args: { a: 1 } }, alice, { now })
    const other = { a: float(1) }
    const fields = { ...fieldsOf(other), roots: [root.publicKey], proof: base64(proof) }
    expect(await reference().refusal('check', fields)).toMatch(/^SignatureInvalid/)
    const enforcer = createEnforcer({ roots: [root.publicKey], clock: () => now })
    expect(enforcer.enforce({ chain: CHAIN, tool: TOOL, args: other, proof })).toMatchObject({
      code: 'PROOF_INVALID',
    })
  })

  test('integers beyond 64 bits become floats there, and are refused here', async () => {
    const asked = { ...fieldsOf({}), seed: seedOf(alice), now: clock() }
    const rounded = await reference().text('prove', { ...asked, args: { a: float(2 ** 63) } })
    const theirs = await reference().text('proveWide', { ...asked, digits: '9223372036854775808' })
    expect(theirs).toBe(rounded)
    const denied = createEnforcer({ roots: [root.publicKey], clock }).enforce({
      chain: CHAIN,
      tool: TOOL,
      args: { a: 2n ** 63n },
      proof: parseProof(theirs),
    })
    expect(denied).toMatchObject({ kind: 'deny', code: 'CALL_NUMBER' })
  })

  test('the profile tenuo-python signs what the older package signs once nulls are left out', async () => {
    const now = clock()
    const args = { a: null, b: [null, 1, [null, 'x']], c: 'x' }
    const theirs = await reference().text('proveStripped', { ...fieldsOf(args), seed: seedOf(alice), now })
    const ours = prove(CHAIN, { tool: TOOL, args }, alice, { now, profile: 'tenuo-python' })
    expect(base64(ours)).toBe(theirs)
    const enforcer = createEnforcer({
      roots: [root.publicKey],
      clock: () => now,
      proof: { profile: 'tenuo-python' },
    })
    const decision = enforcer.enforce({ chain: CHAIN, tool: TOOL, args, proof: theirs })
    expect(decision).toMatchObject({ kind: 'allow', call: { args: { b: [1, ['x']], c: 'x' } } })
  })

  test.each([-120, -90, -60, -30, 0, 30, 60, 90, 120])('a proof made %i s away', async (away) => {
    const now = clock()
    const proof = prove(CHAIN, { tool: TOOL, args: {} }, alice, { now: now + away })
    const fields = { ...fieldsOf({}), roots: [root.publicKey], proof: base64(proof) }
    const theirs = await reference().refusal('check', fields)
    // The second may have turned while the reference was asked: at a window's edge both are right.
    if (Math.floor(clock() / 30) !== Math.floor(now / 30)) return
    const enforcer = createEnforcer({ roots: [root.publicKey], clock: () => now })
    const ours = enforcer.enforce({ chain: CHAIN, tool: TOOL, args: {}, proof })
    expect(ours.kind === 'allow').toBe(theirs === undefined)
  })

  describe('the envelope of a request', () => {
    if (version === '0.2.3') {
      test('is not made by the older package', async () => {
        expect(await reference().ask('has', { names: ['sign_meta', 'verify_meta'] })).toEqual([false, false])
      })
      return
    }

    /** What is signed of a JSON text there: numbers without a fraction are integers, however they are written. */
    const TEXTS: readonly (readonly [string, ValueObject])[] = [
      ['{"a":1}', { a: 1 }],
      ['{"a":1.0}', { a: 1 }],
      ['{"a":1e2}', { a: 100 }],
      ['{"a":-0.0}', { a: 0 }],
      ['{"a":1e18}', { a: integer(10n ** 18n) }],
      ['{"a":9007199254740993}', { a: integer(2n ** 53n + 1n) }],
      ['{"a":1.5,"b":1e300}', { a: 1.5, b: float(1e300) }],
      ['{"a":null,"b":[null]}', { a: null, b: [null] }],
      ['{"a":{"b":{"c":[]}},"\u00e9":"\ud83d\ude00"}', { a: { b: { c: [] } }, é: '\u{1F600}' }],
    ]

    test.each(TEXTS)('%s', async (text, args) => {
      const now = clock()
      const asked = {
        chain: stackText(CHAIN.warrants),
        seed: seedOf(alice),
        tool: TOOL,
        args_json: text,
        now,
      }
      const made = await reference().object('signMeta', asked)
      expect(made['signature']).toBe(base64(prove(CHAIN, { tool: TOOL, args }, alice, { now })))
      expect(bytesOf(String(made['warrant']))).toEqual(bytesOf(stackText(CHAIN.warrants)))
      const enforcer = createEnforcer({ roots: [root.publicKey], clock: () => now })
      const chain = String(made['warrant'])
      expect(enforcer.enforce({ chain, tool: TOOL, args, proof: String(made['signature']) }).kind).toBe(
        'allow',
      )
      expect(await reference().ask('verifyMeta', { ...made, tool: TOOL, args_json: text, now })).toBe(true)
    })

    test.each(['{"a":9223372036854775808}', '{"a":1,"a":2}', '{"a":1e400}', '[1]', ''])(
      '%s has no reading on either side',
      async (text) => {
        expect(() => parseArgs(text)).toThrow()
        expect(await reference().refusal('argsFromJson', { args_json: text })).toMatch(/invalid_arguments/)
      },
    )
  })
})
