import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STATEMENT_KINDS, signedMessage } from '../../../src/crypto/contexts.js'
import { signatureFromBytes } from '../../../src/crypto/keys.js'
import { fromHex, toHex, toUtf8 } from '../../../src/encoding/bytes.js'
import { decodeDecisionPayload, encodeDecisionPayload } from '../../../src/statement/decisionPayload.js'
import {
  type DecisionReceipt,
  type DecisionReceiptFields,
  decisionReceiptHash,
  decodeDecisionReceipt,
  encodeDecisionReceipt,
  signDecisionReceipt,
  signDecisionReceiptAsync,
  trustedRootsHash,
  verifyDecisionReceipt,
  verifyDecisionReceipts,
} from '../../../src/statement/decisionReceipt.js'
import { damaged, keyOf, NOW } from '../../support/statements.js'
import { codeOf, texts } from '../../support/values.js'

const enforcer = keyOf(5)
const stranger = keyOf(6)
const ALLOWED: DecisionReceiptFields = {
  chainBytes: Uint8Array.of(1, 2, 3),
  action: 'read_file',
  outcome: 'allow',
  at: NOW,
  proof: new Uint8Array(64).fill(7),
  requestId: 'r-1',
}
const { proof: _, ...UNPROVED } = ALLOWED
const DENIED: DecisionReceiptFields = { ...UNPROVED, outcome: 'deny', decisionCode: 'tool-not-authorized' }

const hexOf = (text: string): string => toHex(toUtf8(text))

/** A payload that is right: version, chain, action, outcome, time, request id, code. */
const DENIAL = `a7000102400361610464${hexOf('deny')}050009616a0a6162`

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const whole = fc.integer({ min: 0, max: 2 ** 40 })
const everything = fc.record(
  {
    authorizerId: texts,
    chainBytes: fc.uint8Array({ maxLength: 20 }),
    action: texts,
    outcome: fc.constantFrom('allow', 'deny'),
    at: whole,
    rootPrincipal: texts,
    requestHash: hash,
    proof: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    requestId: texts,
    decisionCode: texts,
    policyHash: hash,
    revocationVersion: whole,
    revocationHash: hash,
    previousHash: hash,
    rootsHash: hash,
  },
  { requiredKeys: ['chainBytes', 'action', 'outcome', 'at', 'proof', 'requestId', 'decisionCode'] },
) as fc.Arbitrary<DecisionReceiptFields>

describe('a decision receipt', () => {
  test('says after verifying what was signed', () => {
    fc.assert(
      fc.property(everything, (said) => {
        const receipt = signDecisionReceipt(said, enforcer)
        expect(verifyDecisionReceipt(receipt, enforcer.publicKey)).toEqual(said)
        expect(decodeDecisionReceipt(encodeDecisionReceipt(receipt))).toEqual(receipt)
        expect(encodeDecisionPayload(decodeDecisionPayload(receipt.payloadBytes))).toEqual(
          receipt.payloadBytes,
        )
      }),
      { numRuns: 50 },
    )
  })

  test('is the same from a signer elsewhere, in whole seconds', async () => {
    const remote = {
      publicKey: enforcer.publicKey,
      sign: async (message: Uint8Array) => enforcer.sign(message),
    }
    const receipt = signDecisionReceipt(DENIED, enforcer)
    expect(await signDecisionReceiptAsync({ ...DENIED, at: NOW + 0.5 }, remote)).toEqual(receipt)
  })

  test('is believed of the enforcer that is asked for, whatever key it names', () => {
    const receipt = signDecisionReceipt(ALLOWED, stranger)
    expect(codeOf(() => verifyDecisionReceipt(receipt, enforcer.publicKey))).toBe('RECEIPT_SIGNATURE')
    const renamed: DecisionReceipt = { ...receipt, signer: enforcer.publicKey }
    expect(codeOf(() => verifyDecisionReceipt(renamed, enforcer.publicKey))).toBe('RECEIPT_SIGNATURE')
    expect(codeOf(() => verifyDecisionReceipt(receipt, stranger.publicKey))).toBeUndefined()
  })

  test('is refused with any damage', () => {
    for (const bytes of damaged(signDecisionReceipt(ALLOWED, enforcer).bytes)) {
      expect(codeOf(() => verifyDecisionReceipt(decodeDecisionReceipt(bytes), enforcer.publicKey))).toMatch(
        /^RECEIPT_(SIGNATURE|MALFORMED)$/,
      )
    }
  })

  test('no signature of another purpose is one (SIG-4)', () => {
    const { payloadBytes, ...receipt } = signDecisionReceipt(ALLOWED, enforcer)
    for (const kind of STATEMENT_KINDS.filter((kind) => kind !== 'decisionReceipt')) {
      const signature = signatureFromBytes(enforcer.sign(signedMessage(kind, payloadBytes)))
      const other = { ...receipt, payloadBytes, signature }
      expect(codeOf(() => verifyDecisionReceipt(other, enforcer.publicKey))).toBe('RECEIPT_SIGNATURE')
    }
  })

  test.each<[string, Partial<Record<keyof DecisionReceiptFields, unknown>>, string]>([
    ['an allow without a proof', UNPROVED, 'RECEIPT_MALFORMED'],
    ['a denial without a code', { ...ALLOWED, outcome: 'deny' }, 'RECEIPT_MALFORMED'],
    ['another outcome', { ...DENIED, outcome: 'maybe' }, 'RECEIPT_MALFORMED'],
    ['no request id', { ...DENIED, requestId: undefined }, 'RECEIPT_MALFORMED'],
    ['a short proof', { ...DENIED, proof: new Uint8Array(63) }, 'RECEIPT_MALFORMED'],
    ['a long hash', { ...DENIED, rootsHash: new Uint8Array(33) }, 'RECEIPT_MALFORMED'],
    ['bytes for text', { ...DENIED, action: new Uint8Array(1) }, 'RECEIPT_MALFORMED'],
    ['a time that is none', { ...DENIED, at: Number.NaN }, 'CBOR_NUMBER_RANGE'],
    ['a time before 1970', { ...DENIED, at: -1 }, 'CBOR_NUMBER_RANGE'],
    ['a lone surrogate', { ...DENIED, action: '\uD800' }, 'TEXT_SURROGATE'],
  ])('of %s is not signed', (_, fields, code) => {
    expect(codeOf(() => signDecisionReceipt(fields as DecisionReceiptFields, enforcer))).toBe(code)
  })

  test.each([
    ['nothing', ''],
    ['no map', '80'],
    ['a version alone', 'a10001'],
    ['another version', DENIAL.replace('a70001', 'a70002')],
    ['no version', DENIAL.replace('a70001', 'a6')],
    ['an unknown key', `a8${DENIAL.slice(2)}10f6`],
    ['keys out of order', DENIAL.replace('0001024003', '0001034002')],
    ['a repeated key', DENIAL.replace('0001', '00010001').replace('a7', 'a8')],
    ['another outcome', DENIAL.replace(hexOf('deny'), hexOf('Deny'))],
    ['a denial without a code', DENIAL.replace('0a6162', '').replace('a7', 'a6')],
    ['an allow without a proof', DENIAL.replace(`64${hexOf('deny')}`, `65${hexOf('allow')}`)],
    ['null for a proof', DENIAL.replace('09616a', '08f609616a').replace('a7', 'a8')],
    ['a time before 1970', DENIAL.replace('0500', '0520')],
    ['what follows it', `${DENIAL}00`],
    ['text names', 'a1613001'],
  ])('with a payload of %s is malformed', (_, hex) => {
    expect(codeOf(() => decodeDecisionPayload(fromHex(DENIAL)))).toBeUndefined()
    expect(codeOf(() => decodeDecisionPayload(fromHex(hex)))).toBe('RECEIPT_MALFORMED')
  })

  test('is read within bounds, and in its own version', () => {
    expect(codeOf(() => decodeDecisionReceipt(new Uint8Array(300_000)))).toBe('RECEIPT_MALFORMED')
    expect(codeOf(() => decodeDecisionPayload(new Uint8Array(300_000)))).toBe('RECEIPT_MALFORMED')
    const { bytes } = signDecisionReceipt(ALLOWED, enforcer)
    const other = bytes.slice()
    other['\xa4\x6freceipt_version'.length] = 2
    expect(codeOf(() => decodeDecisionReceipt(other))).toBe('RECEIPT_MALFORMED')
  })
})

describe('a run of decision receipts', () => {
  const run: DecisionReceipt[] = []
  for (let i = 0; i < 4; i++) {
    const before = run.at(-1)
    const previous = before === undefined ? {} : { previousHash: decisionReceiptHash(before) }
    run.push(signDecisionReceipt({ ...DENIED, requestId: `r-${i}`, ...previous }, enforcer))
  }
  const [first, second, third, fourth] = run as [
    DecisionReceipt,
    DecisionReceipt,
    DecisionReceipt,
    DecisionReceipt,
  ]
  const verified = (receipts: readonly DecisionReceipt[]) =>
    codeOf(() => verifyDecisionReceipts(receipts, enforcer.publicKey))

  test('is whole, wherever it begins and ends', () => {
    expect(verifyDecisionReceipts(run, enforcer.publicKey).map(({ requestId }) => requestId)).toEqual([
      'r-0',
      'r-1',
      'r-2',
      'r-3',
    ])
    expect(verified(run.slice(1))).toBeUndefined()
    expect(verified(run.slice(0, 2))).toBeUndefined()
  })

  test('shows what was left out, put in, moved or signed by another', () => {
    expect(verified([])).toBe('RECEIPT_MALFORMED')
    expect(verified([first, third, fourth])).toBe('RECEIPT_LINK')
    expect(verified([first, second, second])).toBe('RECEIPT_LINK')
    expect(verified([first, third, second])).toBe('RECEIPT_LINK')
    expect(verified([first, signDecisionReceipt(DENIED, enforcer)])).toBe('RECEIPT_LINK')
    const foreign = signDecisionReceipt({ ...DENIED, previousHash: decisionReceiptHash(first) }, stranger)
    expect(verified([first, foreign])).toBe('RECEIPT_SIGNATURE')
  })
})

test('trusted roots have one name as a set', () => {
  const keys = [keyOf(1), keyOf(2), keyOf(3)].map(({ publicKey }) => publicKey)
  const name = trustedRootsHash(keys)
  expect(trustedRootsHash([...keys].reverse())).toEqual(name)
  expect(trustedRootsHash([...keys, ...keys])).toEqual(name)
  expect(trustedRootsHash(keys.slice(1))).not.toEqual(name)
})

test.each([
  ['chainBytes', '0240'],
  ['action', '036161'],
  ['outcome', `0464${hexOf('deny')}`],
  ['at', '0500'],
  ['requestId', '09616a'],
])('a receipt without %s is refused, and the refusal names it', (name, written) => {
  const payload = fromHex(DENIAL.replace(written, '').replace('a7', 'a6'))
  expect(() => decodeDecisionPayload(payload)).toThrow(
    expect.objectContaining({ code: 'RECEIPT_MALFORMED', message: expect.stringContaining(`(${name})`) }),
  )
})
