/** Approvals that should not count: APP-1 to APP-6, as far as counting decides it. */

import { describe, expect, test } from 'vitest'
import { defaultBackend } from '../../src/crypto/backend.js'
import { STATEMENT_KINDS, signedMessage } from '../../src/crypto/contexts.js'
import { type PublicKey, signatureFromBytes } from '../../src/crypto/keys.js'
import { type Approval, approve, decodeApproval, requestHash } from '../../src/statement/approval.js'
import { type ApprovalFault, countApprovals } from '../../src/statement/approvalCount.js'
import { damaged, keyOf, NOW, OTHER_ID, WARRANT_ID } from '../support/statements.js'
import { objectOf } from '../support/values.js'

const [alice, bob, carol, mallory] = [keyOf(0x11), keyOf(0x12), keyOf(0x13), keyOf(0x66)]
const approvers = [alice.publicKey, bob.publicKey, carol.publicKey]
const holder = keyOf(2).publicKey
const hash = requestHash(WARRANT_ID, 'pay', objectOf([['amount', 10]]), holder)
const options = { externalId: 'x', now: NOW, ttlSeconds: 300 }
const by = (key: typeof alice, wrong: Partial<typeof options> = {}): Approval =>
  approve({ requestHash: hash }, { ...options, ...wrong }, key)

const count = (
  approvals: readonly Approval[],
  minApprovals: number | 'all' = 2,
  list: readonly PublicKey[] | undefined = approvers,
  now = NOW,
): ReturnType<typeof countApprovals> =>
  countApprovals(approvals, {
    requestHash: hash,
    approvers: list,
    minApprovals: minApprovals === 'all' ? undefined : minApprovals,
    now,
  })

test('the approvals that the attacks start from are enough', () => {
  expect(count([by(alice), by(bob)]).denial).toBeUndefined()
  expect(count([by(alice), by(bob), by(carol)], 'all').denial).toBeUndefined()
})

describe('APP-1: one approver twice', () => {
  test('counts once, whether it is the same approval or another', () => {
    const one = by(alice)
    for (const pair of [
      [one, one],
      [one, by(alice)],
      [one, by(alice, { ttlSeconds: 600 })],
    ]) {
      expect(count(pair)).toMatchObject({
        denial: 'APPROVAL_INSUFFICIENT',
        approvers: [alice.publicKey],
        faults: ['repeated'],
      })
    }
  })

  test('a list that names one approver twice does not make them two', () => {
    const doubled = [alice.publicKey, alice.publicKey]
    expect(count([by(alice), by(alice)], 2, doubled).denial).toBe('APPROVAL_INSUFFICIENT')
    expect(count([by(alice), by(alice)], 'all', doubled).denial).toBe('APPROVAL_INSUFFICIENT')
  })
})

describe('APP-2: approvals that are not for this', () => {
  const forged = (change: Partial<Approval>): Approval => ({ ...by(alice), ...change })
  const other = requestHash(WARRANT_ID, 'pay', objectOf([['amount', 1000]]), holder)
  const bad: [ApprovalFault, Approval][] = [
    ['not-an-approver', by(mallory)],
    ['signature', forged({ approver: bob.publicKey })],
    ['signature', forged({ signature: by(bob).signature })],
    ['signature', forged({ payloadBytes: by(bob).payloadBytes })],
    ['another-request', approve({ requestHash: other }, options, alice)],
    ['expired', by(alice, { now: NOW - 331 })],
    ['from-the-future', by(alice, { now: NOW + 31 })],
  ]

  test.each(bad)('%s: not counted, and the valid rest still counts', (fault, approval) => {
    expect(count([approval, by(bob)])).toMatchObject({ denial: 'APPROVAL_INSUFFICIENT', faults: [fault] })
    expect(count([approval, by(bob), by(carol)])).toMatchObject({ denial: undefined, faults: [fault] })
    expect(count([approval], 1)).toMatchObject({ denial: 'APPROVAL_INVALID', approvers: [], faults: [fault] })
  })

  test('an approval of another holder, warrant or tool is of another request', () => {
    const args = objectOf([['amount', 10]])
    const stolen = [
      requestHash(WARRANT_ID, 'pay', args, mallory.publicKey),
      requestHash(OTHER_ID, 'pay', args, holder),
      requestHash(WARRANT_ID, 'pay_all', args, holder),
    ]
    for (const requested of stolen) {
      expect(count([approve({ requestHash: requested }, options, alice)], 1).faults).toEqual([
        'another-request',
      ])
    }
  })

  test('a signature of any other purpose over the same payload is none (SIG-4)', () => {
    const { payloadBytes } = by(alice)
    for (const kind of STATEMENT_KINDS) {
      const signature = signatureFromBytes(alice.sign(signedMessage(kind, payloadBytes)))
      const payload = { ...by(alice).payload }
      const approval = forged({ payloadBytes, payload, signature })
      expect(count([approval], 1).denial).toBe(kind === 'approval' ? undefined : 'APPROVAL_INVALID')
    }
  })

  test('no damage of an approval counts (SIG-3)', () => {
    for (const bytes of damaged(by(alice).bytes)) {
      let approval: Approval
      try {
        approval = decodeApproval(bytes)
      } catch {
        continue
      }
      expect(count([approval], 1).denial).toBe('APPROVAL_INVALID')
    }
  })

  test('the edges of an approval are to the second', () => {
    const approval = by(alice)
    const at = (now: number): unknown => count([approval], 1, approvers, now).denial
    expect([at(NOW - 31), at(NOW - 30)]).toEqual(['APPROVAL_INVALID', undefined])
    expect([at(NOW + 330), at(NOW + 330.9), at(NOW + 331)]).toEqual([
      undefined,
      undefined,
      'APPROVAL_INVALID',
    ])
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(at(now)).toBe('APPROVAL_INVALID')
    }
  })
})

describe('APP-3: too few', () => {
  test('none, fewer than needed, and a threshold that nobody can meet', () => {
    expect(count([]).denial).toBe('APPROVAL_REQUIRED')
    expect(count([by(alice)]).denial).toBe('APPROVAL_INSUFFICIENT')
    expect(count([by(alice), by(bob)], 'all').denial).toBe('APPROVAL_INSUFFICIENT')
    expect(count([by(alice), by(bob)], 9).denial).toBe('APPROVAL_INSUFFICIENT')
  })

  test.each([0, -1, Number.NaN, 0.5])('a threshold of %d denies', (threshold) => {
    expect(count([], threshold).denial).toBe('APPROVAL_UNCONFIGURED')
    expect(count([by(alice)], threshold).denial).toBe('APPROVAL_UNCONFIGURED')
  })
})

test('APP-4: a flood is refused before anything is verified', () => {
  let verified = 0
  const backend = {
    ...defaultBackend,
    verify: () => {
      verified++
      return false
    },
  }
  const flood = (length: number): unknown =>
    countApprovals(Array<Approval>(length).fill(by(alice)), {
      requestHash: hash,
      approvers,
      minApprovals: 1,
      now: NOW,
      backend,
    }).denial
  expect(flood(7)).toBe('APPROVAL_TOO_MANY')
  expect(flood(1_000_000)).toBe('APPROVAL_TOO_MANY')
  expect(verified).toBe(0)
  expect(flood(6)).toBe('APPROVAL_INSUFFICIENT')
  expect(verified).toBe(6)
})

test('APP-6: a gate that fires without approvers denies, whatever is supplied', () => {
  for (const list of [undefined, []]) {
    const supplied = { requestHash: hash, approvers: list, minApprovals: undefined, now: NOW }
    expect(countApprovals([], supplied).denial).toBe('APPROVAL_UNCONFIGURED')
    expect(countApprovals([by(alice)], { ...supplied, minApprovals: 1 }).denial).toBe('APPROVAL_UNCONFIGURED')
  }
})
