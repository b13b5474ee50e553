/** A fault for every code of trust: what a verifier meets. */

import fc from 'fast-check'
import type { TrustCode } from '../../../src/errors.js'
import {
  acceptRevocationList,
  attestApprovalContext,
  createEnforcer,
  leafOf,
  signDecisionReceipt,
  signReceipt,
  signRevocationList,
  signRevocationRequest,
  verify,
  verifyApprovalContext,
  verifyDecisionReceipts,
  verifyReceipt,
  verifyRevocationList,
  verifyRevocationRequest,
} from '../../../src/index.js'
import {
  anyArgs,
  anyChain,
  anyText,
  CHAIN_FAULTS,
  faultyChain,
  requestFor,
  type TestChain,
  testKey,
} from '../../../src/testing/index.js'
import { chainOf, type Warrant } from '../../../src/warrant/chain.js'
import { engines } from '../engines.js'
import type { Case, Faults } from './case.js'
import type { Reached } from './unreached.js'

const CONTROL = testKey(31)
const OTHER = testKey(32)
const CALL = { tool: 'read', args: Object.freeze(Object.create(null)) }

const chains = anyChain({ engines })

/** Chains with the one fault of `faultyChain` that has this code. */
const chained = (code: string): fc.Arbitrary<Case> => {
  const fault = [...CHAIN_FAULTS].find(([, given]) => given === code)?.[0]
  if (fault === undefined) throw new Error(`no chain fault has ${code}`)
  return faultyChain({ fault, engines }).map(
    ({ chain, roots, now }) =>
      () =>
        verify(chain, { roots, now, engines }),
  )
}

const listOf = (under: TestChain, version: number, signer = CONTROL, ids = idsOf(under)) =>
  signRevocationList({ revokedIds: ids, version, issuedAt: under.now }, signer)

const idsOf = ({ chain }: TestChain) => chain.warrants.map(({ payload }) => payload.id)

const enforced = (under: TestChain, revocation: object, now = under.now): unknown => {
  const { roots } = under
  const policy = { issuer: CONTROL.publicKey, ...revocation }
  const enforcer = createEnforcer({ roots, clock: () => now, engines, revocation: policy })
  return enforcer.enforce(requestFor(under, CALL))
}

const requested = (under: TestChain, signer = under.holder) =>
  signRevocationRequest(
    { warrantId: leafOf(under.chain).payload.id, reason: 'lost', requestedAt: under.now },
    signer,
  )

/** The chain from its second warrant on, whose issuer is trusted as if it were a root. */
const detached = (under: TestChain): TestChain => {
  const [, ...rest] = under.chain.warrants
  const [first] = rest as [Warrant] // two or more
  return { ...under, chain: chainOf(rest), roots: [first.payload.issuer] }
}

export const TRUST_FAULTS: Faults<Reached<TrustCode>> = {
  SIGNATURE_INVALID: chained('SIGNATURE_INVALID'),
  CHAIN_UNTRUSTED_ROOT: chained('CHAIN_UNTRUSTED_ROOT'),
  CHAIN_REPEATED_ID: chained('CHAIN_REPEATED_ID'),
  CHAIN_ROOT_DEPTH: anyChain({ minLength: 2, engines })
    .map(detached)
    .map((under) => () => enforced(under, {})),
  CHAIN_ISSUER: chained('CHAIN_ISSUER'),
  CHAIN_PARENT_HASH: chained('CHAIN_PARENT_HASH'),
  CHAIN_DEPTH: chained('CHAIN_DEPTH'),
  CHAIN_MAX_DEPTH: chained('CHAIN_MAX_DEPTH'),
  CHAIN_EXPIRY: chained('CHAIN_EXPIRY'),
  CHAIN_TYPE: chained('CHAIN_TYPE'),
  CHAIN_TOOL: chained('CHAIN_TOOL'),
  CHAIN_CONSTRAINT: chained('CHAIN_CONSTRAINT'),
  CHAIN_SELF_ISSUANCE: chained('CHAIN_SELF_ISSUANCE'),
  CHAIN_CLEARANCE: chained('CHAIN_CLEARANCE'),
  CHAIN_APPROVERS: chained('CHAIN_APPROVERS'),
  CHAIN_GATE: chained('CHAIN_GATE'),
  CHAIN_BOUNDS: chained('CHAIN_BOUNDS'),
  CHAIN_ISSUE_DEPTH: chained('CHAIN_ISSUE_DEPTH'),
  CHAIN_SESSION: chained('CHAIN_SESSION'),
  CHAIN_ISSUE_ORDER: chained('CHAIN_ISSUE_ORDER'),
  CHAIN_ISSUED_AT: chained('CHAIN_ISSUED_AT'),
  WARRANT_EXPIRED: chained('WARRANT_EXPIRED'),
  WARRANT_TTL: chained('WARRANT_TTL'),
  WARRANT_REVOKED: fc.tuple(chains, fc.nat()).map(([under, at]) => () => {
    const ids = idsOf(under)
    const revoked = ids.slice(at % ids.length, (at % ids.length) + 1)
    return enforced(under, { list: listOf(under, 1, CONTROL, revoked) })
  }),
  REVOCATION_SIGNATURE: chains.map(
    (under) => () => verifyRevocationList(listOf(under, 1, OTHER), CONTROL.publicKey),
  ),
  REVOCATION_ROLLBACK: fc.tuple(chains, fc.integer({ min: 2, max: 99 })).map(([under, version]) => () => {
    const [held, older] = [version, version - 1].map((each) =>
      verifyRevocationList(listOf(under, each), CONTROL.publicKey),
    )
    return older && acceptRevocationList(held, older)
  }),
  REVOCATION_STALE: fc.tuple(chains, fc.integer({ min: 2, max: 60 }), fc.boolean()).map(
    ([under, seconds, isHeld]) =>
      () =>
        enforced(
          under,
          { maxAgeSeconds: 1, ...(isHeld && { list: listOf(under, 1, CONTROL, []) }) },
          under.now + seconds,
        ),
  ),
  REVOCATION_REQUESTOR: chains.map(
    (under) => () =>
      verifyRevocationRequest(requested(under, OTHER), leafOf(under.chain).payload, { now: under.now }),
  ),
  REVOCATION_AGE: fc
    .tuple(chains, fc.oneof(fc.integer({ min: 301, max: 9_999 }), fc.integer({ min: -9_999, max: -61 })))
    .map(
      ([under, age]) =>
        () =>
          verifyRevocationRequest(requested(under), leafOf(under.chain).payload, { now: under.now + age }),
    ),
  APPROVAL_SIGNATURE: fc.tuple(chains, anyArgs()).map(([under, args]) => () => {
    const { id, holder } = leafOf(under.chain).payload
    const context = { warrantId: id, tool: 'read', args, holder }
    const { signature_b64 } = attestApprovalContext(context, CONTROL)
    verifyApprovalContext(context, Uint8Array.from(atob(signature_b64), toCode), OTHER.publicKey)
  }),
  RECEIPT_SIGNATURE: fc.tuple(chains, anyText()).map(([under, authorizerId]) => () => {
    const { bytes } = under.chain
    const fields = { authorizerId, chainBytes: bytes, action: 'tool:read', outcome: 'allow', at: under.now }
    return verifyReceipt(signReceipt(fields, CONTROL), OTHER.publicKey)
  }),
  RECEIPT_LINK: fc.tuple(chains, anyText()).map(([under, requestId]) => () => {
    const fields = { chainBytes: under.chain.bytes, action: 'read', at: under.now, requestId }
    const receipt = signDecisionReceipt({ ...fields, outcome: 'deny', decisionCode: 'x' }, CONTROL)
    return verifyDecisionReceipts([receipt, receipt], CONTROL.publicKey)
  }),
  CLOCK_UNAVAILABLE: fc
    .tuple(
      chains,
      fc.constantFrom<() => unknown>(
        () => Number.NaN,
        () => Number.POSITIVE_INFINITY,
        () => -1,
        () => '1800000000',
        () => undefined,
        () => {
          throw new Error('no time')
        },
      ),
    )
    .map(([under, clock]) => () => {
      const { roots } = under
      const enforcer = createEnforcer({ roots, clock: clock as () => number, engines }) // a broken one
      return enforcer.enforce(requestFor(under, CALL))
    }),
}

const toCode = (unit: string): number => unit.charCodeAt(0)
